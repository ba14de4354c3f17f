import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const PROGRAMS = ["fuzz/main.ts", "bench/soak.ts", "bench/main.ts", "bench/branch.ts"];

const run = (program: string, ...args: string[]) =>
  spawnSync(process.execPath, ["--conditions=@forkd/source", program, ...args], { encoding: "utf8" });

test.each(PROGRAMS)("%s says how it is called, and does nothing", (program) => {
  expect(run(program, "--help")).toMatchObject({
    stdout: expect.stringMatching(/^usage: npm run \S+ -- .*\n$/) as string,
    stderr: "",
    status: 0,
  });
});

test("what a program does not know is refused", () => {
  const { stderr, status } = run("fuzz/main.ts", "--nonsense");
  expect([status, stderr]).toEqual([2, expect.stringMatching(/--nonsense.*\nusage: npm run /s)]);
});
