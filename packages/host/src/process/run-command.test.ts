import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openScript } from "../image/script-files.ts";
import { runCommand } from "./run-command.ts";

const { signal } = new AbortController();

test("keeps the last 20 lines of both streams", async () => {
  const result = await runCommand("sh", ["-c", "seq 30; echo oops >&2; exit 3"], { signal });
  expect(result).toMatchObject({ ok: false, ended: "status 3" });
  expect(result.tail).toHaveLength(20);
  expect(result.tail.at(-1)).toBe("oops");
});

test("tells lines while the program runs, and ends them at carriage returns", async () => {
  const lines: string[] = [];
  await runCommand("printf", ["a\\rb\\n\\nc"], { signal, onLine: (line) => lines.push(line) });
  expect(lines).toEqual(["a", "b", "c"]);
});

test("cuts a line that has no end", async () => {
  const result = await runCommand("sh", ["-c", "head -c 1000000 /dev/zero | tr '\\0' x"], { signal });
  expect(result.tail.map((line) => line.length)).toEqual([4096]);
});

test("says that a program is not there", async () => {
  expect(await runCommand("forkd-no-such-program", [], { signal })).toMatchObject({
    ok: false,
    ended: "ENOENT",
  });
});

test("ends the whole group when it is aborted, also a child that ignores SIGTERM politely", async () => {
  const abort = new AbortController();
  let grandchild = "";
  const running = runCommand("sh", ["-c", "sleep 100 & echo $!; wait"], {
    signal: abort.signal,
    onLine: (line) => {
      grandchild = line;
      abort.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ code: "cancelled", details: { stage: "running sh" } });
  const state = () => readFile(`/proc/${grandchild}/stat`, "utf8").catch(() => "gone");
  await expect.poll(state).toMatch(/^gone$| Z /);
});

test("hands descriptors on from 3 upwards", async () => {
  const directory = await mkdtemp(join(tmpdir(), "forkd-host-"));
  await using script = await openScript(directory, "hello\n");
  const result = await runCommand("sh", ["-c", "cat <&3"], { signal, descriptors: [script.fd] });
  expect(result.stdout).toBe("hello");
  await rm(directory, { recursive: true });
});

test("finds administrators' programs that an ordinary PATH lacks", async () => {
  const before = process.env["PATH"];
  process.env["PATH"] = "/usr/bin:/bin";
  const result = await runCommand("sh", ["-c", "echo $PATH"], { signal });
  process.env["PATH"] = before;
  expect(result.stdout.split(":")).toContain("/usr/sbin");
});
