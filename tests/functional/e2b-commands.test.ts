import { setTimeout as delay } from "node:timers/promises";
import { CommandExitError, Sandbox, SandboxNotFoundError, TimeoutError } from "e2b";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";

let e2b: E2bDaemon;
let sandbox: Sandbox;

beforeAll(async () => {
  e2b = await startForE2b("e2b-commands");
  sandbox = await create();
});
afterAll(() => e2b[Symbol.asyncDispose]());

const create = (): Promise<Sandbox> => Sandbox.create(PARENT, e2b.options);
/** The commands that run now, without what the parent has running. */
const list = async (of = sandbox) => (await of.commands.list()).filter(({ cmd }) => cmd === "/bin/bash");

test("a command runs to its end, in the directory, with the variables and as the user that are asked for", async () => {
  expect(await sandbox.commands.run("echo out; echo err >&2")).toMatchObject({
    exitCode: 0,
    stdout: "out\n",
    stderr: "err\n",
  });
  const options = { cwd: "/tmp", envs: { WORDS: "b 'c\nü" }, user: "nobody" };
  const { stdout } = await sandbox.commands.run('pwd; id -un; printf %s "$WORDS"', options);
  expect(stdout).toBe("/tmp\nnobody\nb 'c\nü");
  const places = ["..", "~/../tmp"].map((cwd) => sandbox.commands.run("pwd", { cwd }));
  const outcomes = await Promise.all(places);
  expect(outcomes.map((outcome) => outcome.stdout)).toEqual(["/\n", "/tmp\n"]);
});

test("one that fails says how, with all that it said before", async () => {
  const failure = await sandbox.commands.run("echo so far; exit 3").catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CommandExitError);
  expect(failure).toMatchObject({ exitCode: 3, stdout: "so far\n", error: "exit status 3" });
  await expect(sandbox.commands.run("kill -SEGV $$")).rejects.toMatchObject({
    exitCode: -1,
    error: "signal: segmentation fault",
  });
});

test.each([
  ["a directory that is not there", { cwd: "/nowhere" }, /No such file/],
  ["a directory that is none", { cwd: "/tmp\0/x" }, /NUL/],
  ["a user who is not there", { user: "nobody-else" }, /no user/],
  ["a user who is none", { user: "../root" }, /user/],
  ["a variable that is none", { envs: { "A=B": "c" } }, /environment variable/],
  ["a variable that ends in its middle", { envs: { A: "b\0c" } }, /NUL/],
  ["a variable that is too long", { envs: { A: "x".repeat(40_000) } }, /32768/],
])("%s is refused", async (_, options, message) => {
  await expect(sandbox.commands.run("true", options)).rejects.toMatchObject({
    name: "InvalidArgumentError",
    message: expect.stringMatching(message) as string,
  });
});

test("a command that takes longer than its client gives it is ended", async () => {
  const outcome = sandbox.commands.run("sleep 600; true", { timeoutMs: 500 });
  await expect(outcome).rejects.toBeInstanceOf(TimeoutError);
  await expect.poll(() => list()).toEqual([]);
});

test("a command reads what it is sent, as it comes, until its input is closed", async () => {
  const command = await sandbox.commands.run("cat", { background: true, stdin: true });
  await command.sendStdin("one\n");
  await expect.poll(() => command.stdout).toBe("one\n");
  await command.sendStdin(new TextEncoder().encode("zwei ü\n"));
  await command.closeStdin();
  expect(await command.wait()).toMatchObject({ exitCode: 0, stdout: "one\nzwei ü\n" });
});

test("a command without input has none, and none can be sent", async () => {
  const command = await sandbox.commands.run("cat; sleep 600", { background: true });
  await expect(command.sendStdin("x")).rejects.toMatchObject({ name: "InvalidArgumentError" });
  expect(await command.kill()).toBe(true);
});

test("a command in the background is listed, and killed with what it has started", async () => {
  const command = await sandbox.commands.run("sleep 12345 & wait", {
    background: true,
    envs: { MARK: "yes" },
  });
  const args = ["-l", "-c", "sleep 12345 & wait"];
  // The kernel tells no variables of a process in the middle of its exec.
  await expect
    .poll(() => list())
    .toMatchObject([{ pid: command.pid, args, envs: { MARK: "yes" }, cwd: "/root" }]);
  await expect.poll(() => count("sleep 12345")).toBe(1);
  expect(await sandbox.commands.kill(command.pid)).toBe(true);
  await expect(command.wait()).rejects.toMatchObject({ exitCode: -1, error: "signal: killed" });
  expect(await count("sleep 12345")).toBe(0);
  expect(await sandbox.commands.kill(command.pid)).toBe(false);
  await expect(sandbox.commands.connect(command.pid)).rejects.toMatchObject({ name: "NotFoundError" });
});

/** How many processes of the guest were started so. */
async function count(line: string): Promise<number> {
  const { tasks } = await (await e2b.daemon.forkd.sandboxes.get(sandbox.sandboxId)).top();
  return tasks.filter(({ command }) => command === line).length;
}

test("a command goes on without its client, who can come back to what it says from then on", async () => {
  const script = "read a; echo $a; read b; echo $b";
  const command = await sandbox.commands.run(script, { background: true, stdin: true });
  await command.sendStdin("first\n");
  await expect.poll(() => command.stdout).toBe("first\n");
  await command.disconnect();
  const again = await sandbox.commands.connect(command.pid);
  await again.sendStdin("second\n");
  expect(await again.wait()).toMatchObject({ exitCode: 0, stdout: "second\n" });
});

test("two clients hear the same", async () => {
  const first = await sandbox.commands.run("read a; echo $a", { background: true, stdin: true });
  const second = await sandbox.commands.connect(first.pid);
  await first.sendStdin("both\n");
  expect(await Promise.all([first.wait(), second.wait()])).toMatchObject([
    { stdout: "both\n" },
    { stdout: "both\n" },
  ]);
});

test("a terminal has a size that can be changed, and a shell that says what is typed", async () => {
  let screen = "";
  const onData = (data: Uint8Array): void => void (screen += Buffer.from(data).toString());
  const terminal = await sandbox.pty.create({ cols: 100, rows: 30, onData, envs: { PS1: "" } });
  const type = (line: string): Promise<void> => sandbox.pty.sendInput(terminal.pid, Buffer.from(`${line}\n`));
  await type("stty size; tty; echo $TERM");
  await expect.poll(() => screen).toMatch(/30 100\r\n\/dev\/pts\/\d+\r\nxterm-256color/);
  await sandbox.pty.resize(terminal.pid, { cols: 132, rows: 50 });
  await type("stty size");
  await expect.poll(() => screen).toContain("50 132");
  await expect(sandbox.pty.resize(terminal.pid, { cols: 0, rows: 50 })).rejects.toMatchObject({
    name: "InvalidArgumentError",
  });
  await expect(sandbox.commands.closeStdin(terminal.pid)).rejects.toThrow(/Ctrl\+D/);
  await type("exit 7");
  await expect(terminal.wait()).rejects.toMatchObject({ exitCode: 7 });
  expect(await sandbox.pty.kill(terminal.pid)).toBe(false);
});

test("bytes of every kind arrive as they were, in both directions", async () => {
  const heard: Uint8Array[] = [];
  const onData = (data: Uint8Array): void => void heard.push(data);
  const terminal = await sandbox.pty.create({ cols: 80, rows: 24, onData });
  await sandbox.pty.sendInput(
    terminal.pid,
    Buffer.from("stty raw -echo; echo; echo begin; exec head -c 256\n"),
  );
  await expect.poll(() => Buffer.concat(heard).toString()).toMatch(/begin\r?\n$/);
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  await sandbox.pty.sendInput(terminal.pid, all);
  await terminal.wait();
  expect(Buffer.concat(heard).subarray(-256)).toEqual(Buffer.from(all));
});

test("much output arrives whole and in order", async () => {
  let bytes = 0;
  let nextLine = 0;
  let rest = "";
  const command = await sandbox.commands.run("seq 0 99999999 | head -c 16777216", {
    background: true,
    timeoutMs: 0,
    onStdout: (data) => {
      bytes += data.length;
      const lines = (rest + data).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (Number(line) === nextLine) nextLine += 1;
    },
  });
  await command.wait();
  expect(bytes).toBe(16_777_216);
  expect(rest).toBe(String(nextLine).slice(0, rest.length));
  expect(nextLine).toBeGreaterThan(2_000_000);
});

test("many commands run at once", async () => {
  const numbers = Array.from({ length: 10 }, (_, i) => i);
  const outcomes = await Promise.all(numbers.map((i) => sandbox.commands.run(`echo ${i}`)));
  expect(outcomes.map(({ stdout }) => stdout)).toEqual(numbers.map((i) => `${i}\n`));
});

test("whoever has not the sandbox's token is not let in", async () => {
  const other = await create();
  const { baseUrl } = e2b;
  const ask = (token: string | undefined, path: string) =>
    fetch(`${baseUrl}${path}`, {
      method: path === "/health" ? "GET" : "POST",
      headers: {
        "e2b-sandbox-id": sandbox.sandboxId,
        "e2b-sandbox-port": "49983",
        "content-type": "application/json",
        ...(token && { "x-access-token": token }),
      },
      ...(path === "/health" ? {} : { body: "{}" }),
    });
  const tokenOf = (of: Sandbox) => (of as unknown as { envdAccessToken: string }).envdAccessToken;
  for (const token of [undefined, "", "x", tokenOf(other)])
    for (const path of ["/health", "/process.Process/List"])
      expect((await ask(token, path)).status).toBe(401);
  expect((await ask(tokenOf(sandbox), "/health")).status).toBe(204);
  const init = await ask(tokenOf(sandbox), "/init");
  expect([init.status, await init.json()]).toMatchObject([
    400,
    { message: expect.stringContaining("/init is not supported") as string },
  ]);
  const unknown = await ask(tokenOf(sandbox), "/process.Process/Stop");
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: 404 }]);
  await other.kill();
});

test("what runs in a sandbox that is killed, paused or unknown ends with E2B's errors", async () => {
  const victim = await create();
  const running = victim.commands.run("sleep 600");
  const failure = running.catch((error: unknown) => error);
  await expect.poll(async () => (await list(victim)).length).toBe(1);
  await victim.kill();
  expect(await failure).toBeInstanceOf(TimeoutError);
  await expect(victim.commands.run("true")).rejects.toBeInstanceOf(SandboxNotFoundError);
  await expect(victim.commands.list()).rejects.toBeInstanceOf(TimeoutError);
  expect(await victim.isRunning()).toBe(false);
});

test("a sandbox that is put to rest in mid-call says so, and its command goes on when it wakes", async () => {
  const sleeper = await create();
  const command = await sleeper.commands.run("read a; echo $a", { background: true, stdin: true });
  const failure = command.wait().catch((error: unknown) => error);
  await sleeper.pause();
  expect(await failure).toBeInstanceOf(TimeoutError);
  await expect(sleeper.commands.run("true")).rejects.toBeInstanceOf(SandboxNotFoundError);
  await sleeper.connect();
  const again = await sleeper.commands.connect(command.pid);
  await again.sendStdin("awake\n");
  expect(await again.wait()).toMatchObject({ stdout: "awake\n" });
  await sleeper.kill();
});

test("a client that goes away leaves its command, which ends with the deadline that it gave", async () => {
  const gone = new AbortController();
  const running = sandbox.commands.run("sleep 600; true", { timeoutMs: 10_000, signal: gone.signal });
  const failure = running.catch((error: unknown) => error);
  await expect.poll(async () => (await list()).length).toBe(1);
  gone.abort();
  expect(await failure).toBeInstanceOf(Error);
  await delay(300);
  expect(await list()).toHaveLength(1);
  await expect.poll(() => list()).toEqual([]);
});

test("a client that does not read stops its command, and no other", async () => {
  let taken = 0;
  const held = Promise.withResolvers<void>();
  const flood = await sandbox.commands.run("yes", {
    background: true,
    timeoutMs: 0,
    onStdout: async (data) => {
      taken += data.length;
      await held.promise;
    },
  });
  await expect.poll(() => taken).toBeGreaterThan(0);
  expect(await sandbox.commands.run("echo free")).toMatchObject({ stdout: "free\n" });
  expect(await flood.kill()).toBe(true);
  held.resolve();
  await expect(flood.wait()).rejects.toMatchObject({ error: "signal: killed" });
});
