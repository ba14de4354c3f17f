import { spawn } from "node:child_process";
import type { StdioOptions } from "node:child_process";
import { expect, test } from "vitest";
import { LAUNCHER, finish, startForkd } from "../../packages/cli/test/run-forkd.ts";
import { useChild } from "../harness/one-child.ts";

const used = useChild();
const url = (): string => `unix:${used.daemon.socketPath}`;
const exec = (...args: string[]) => startForkd(url(), ["exec", ...args]);
const NOTE = "note: standard input is no terminal, so the command gets none either (-i, without -t)\n";

test.each([["-i"], ["-it"]])("%s with a pipe gives all of it to the command, and its end", async (flags) => {
  const child = exec(flags, used.child.id, "--", "sh", "-c", "wc -c; tty; exit 7");
  child.stdin.end(Buffer.alloc(1_000_000));
  const { stdout, stderr, status } = await finish(child);
  expect({ stdout, status }).toEqual({ stdout: "1000000\nnot a tty\n", status: 7 });
  expect(stderr).toBe(flags === "-it" ? NOTE : "");
});

test.each([["-i"], ["-it"]])(
  "%s with an empty or closed standard input ends with the command",
  async (flags) => {
    for (const shell of ["</dev/null", "<&-", "< <(:)"]) {
      const line = `exec "$0" exec ${flags} ${used.child.id} -- cat ${shell}`;
      const env = { ...process.env, FORKD_URL: url() };
      const stdio: StdioOptions = ["pipe", "pipe", "pipe"];
      const child = spawn("bash", ["-c", line, LAUNCHER], { env, stdio });
      expect(await finish(child as never)).toMatchObject({ stdout: "", status: 0 });
    }
  },
);

test("-i ends with the command although the input goes on", async () => {
  const child = exec("-i", used.child.id, "--", "head", "-n", "1");
  child.stdin.on("error", () => {});
  const feeding = setInterval(() => child.stdin.write("line\n"), 5);
  const { stdout, status } = await finish(child);
  clearInterval(feeding);
  expect({ stdout, status }).toEqual({ stdout: "line\n", status: 0 });
});

test("-it on a terminal gives the command one of the same size, and its status", async () => {
  const command = `stty cols 77 rows 20; '${LAUNCHER}' exec -it ${used.child.id} -- sh -c 'stty size; read x; echo got $x; exit 5'`;
  const env = { ...process.env, FORKD_URL: url() };
  const child = spawn("script", ["-qec", command, "/dev/null"], { env });
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  child.stdout.on("data", (text) => String(text).includes("20 77") && ask());
  const ended = finish(child);
  await asked;
  child.stdin.write("word\r");
  const { stdout, status } = await ended;
  expect(stdout).toContain("got word");
  expect(status).toBe(5);
});

test("--detach gives the pid, as JSON where that is asked for", async () => {
  const plain = await finish(exec(used.child.id, "--detach", "--", "true"));
  expect(plain.stdout).toMatch(/^\d+\n$/);
  const json = await finish(exec(used.child.id, "--detach", "--json", "--", "true"));
  expect(JSON.parse(json.stdout)).toEqual({ pid: expect.any(Number) as number });
});
