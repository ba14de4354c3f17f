import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { settled } from "../../../tests/harness/settled.ts";
import { finish, shell, untilOutput } from "./commands.ts";
import { calm, failureOf } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();

describe("exec", () => {
  it("gives output, standard error and the status", async () => {
    const { stdout, stderr, exit } = await finish(
      use.agent.exec(shell("echo out; echo err >&2; exit 3"), calm),
    );
    expect({ stdout, stderr }).toEqual({ stdout: "out\n", stderr: "err\n" });
    expect(exit).toMatchObject({ exitCode: 3, signal: null, timedOut: false });
  });

  it("passes environment, directory and arguments as they are", async () => {
    const env = { GREETING: "h\u00E9llo w\u00F6rld\n" };
    const command = {
      ...shell("", { env, cwd: "/tmp" }),
      args: ["sh", "-c", 'echo "$GREETING $PWD $1"', "x", "a b"],
    };
    expect((await finish(use.agent.exec(command, calm))).stdout).toBe("h\u00E9llo w\u00F6rld\n /tmp a b\n");
  });

  it("names a command that is not there", async () => {
    const failure = await failureOf(
      finish(use.agent.exec({ ...shell(""), args: ["no-such-command"] }, calm)),
    );
    expect(failure).toMatchObject({ code: "command_not_found", message: expect.stringContaining("no-such") });
  });

  it("gives guest_refused with the agent's words for a directory that is not there", async () => {
    const failure = await failureOf(finish(use.agent.exec(shell("true", { cwd: "/no/such" }), calm)));
    expect(failure).toMatchObject({ code: "guest_refused", message: expect.stringContaining("/no/such") });
  });

  it("tells that a time-out ended a command, and by which signal", async () => {
    const { exit } = await finish(use.agent.exec(shell("sleep 60", { timeoutMs: 100 }), calm));
    expect(exit).toMatchObject({ exitCode: null, signal: "SIGTERM", timedOut: true });
  });

  it("carries megabytes of output whole and in order", async () => {
    const { stdout } = await finish(use.agent.exec(shell("seq 1 300000"), calm));
    expect(stdout).toBe(`${Array.from({ length: 300_000 }, (_, i) => i + 1).join("\n")}\n`);
  });

  it("copies output to the console where that is asked for", async () => {
    await finish(use.agent.exec(shell("echo elsewhere"), calm));
    await finish(use.agent.exec(shell("echo out; echo err >&2", { console: true }), calm));
    expect(await readFile(use.fixture.consolePath, "utf8")).toBe("out\nerr\n");
  });

  it("leaves out of the console what is too much, and says so", async () => {
    const before = (await readFile(use.fixture.consolePath)).length;
    await finish(use.agent.exec(shell("seq 1 300000; sleep 0.3; echo last words", { console: true }), calm));
    const copied = (await readFile(use.fixture.consolePath)).subarray(before).toString();
    expect(copied.length).toBeGreaterThan(65_536);
    expect(copied.length).toBeLessThan(150_000);
    expect(copied).toMatch(/^1\n2\n3\n[^]*\nforkd: \d+ bytes of output are left out here\nlast words\n$/);
  });

  it("stops a command whose output nobody reads", async () => {
    const counter = join(use.fixture.directory, "counter");
    const script = `i=0; while [ $i -lt 100 ]; do head -c 65536 /dev/zero; i=$((i+1)); echo $i > ${counter}; done`;
    const events = use.agent.exec(shell(script), calm)[Symbol.asyncIterator]();
    await untilOutput(events);
    const count = async (): Promise<number> => Number(await readFile(counter, "utf8").catch(() => ""));
    await expect.poll(count).toBeGreaterThan(0);
    expect(await settled(count)).toBeLessThan(20);
    let bytes = 0;
    for (let next = await events.next(); next.done !== true; next = await events.next()) {
      if (next.value.type === "stdout") bytes += next.value.data.length;
    }
    expect(await readFile(counter, "utf8")).toBe("100\n");
    expect(bytes).toBeGreaterThan(90 * 65_536);
  });

  it("ends the command's group when the iteration ends early", async () => {
    const events = use.agent.exec(shell("echo up; sleep 61 & wait"), calm)[Symbol.asyncIterator]();
    const pid = await untilOutput(events);
    await events.return?.();
    const outcome = await finish(use.agent.attach({ pid }, calm));
    expect(outcome.exit).toMatchObject({ exitCode: null, signal: "SIGTERM" });
  });

  it("ends the command's group when the signal aborts", async () => {
    const controller = new AbortController();
    const events = use.agent.exec(shell("echo up; sleep 62"), controller)[Symbol.asyncIterator]();
    const pid = await untilOutput(events);
    controller.abort();
    expect(await failureOf(events.next())).toMatchObject({ code: "cancelled" });
    expect((await finish(use.agent.attach({ pid }, calm))).exit).toMatchObject({ signal: "SIGTERM" });
  });

  it("lets a detached command go on when the iteration ends early", async () => {
    const events = use.agent.exec(shell("echo up; sleep 63", { detach: true }), calm)[Symbol.asyncIterator]();
    const pid = await untilOutput(events);
    await events.return?.();
    expect(await use.agent.listProcesses(calm)).toContainEqual(
      expect.objectContaining({ pid, running: true }),
    );
    await use.agent.signal(pid, "SIGKILL", true, calm);
    expect((await finish(use.agent.attach({ pid }, calm))).exit).toMatchObject({
      exitCode: null,
      signal: "SIGKILL",
    });
  });

  it("runs on a terminal that can be resized", async () => {
    const pty = { cols: 91, rows: 17 };
    const script = "stty size; read _; stty size";
    const events = use.agent.exec(shell(script, { pty, stdin: "stream" }), calm)[Symbol.asyncIterator]();
    const pid = await untilOutput(events);
    await use.agent.resize(pid, { cols: 55, rows: 44 }, calm);
    await use.agent.writeStdin({ pid }, Readable.from([Buffer.from("\n")]), calm);
    let text = "";
    for (let next = await events.next(); next.done !== true; next = await events.next()) {
      if (next.value.type === "stdout") text += next.value.data.toString();
    }
    expect(text).toContain("44 55");
  });
});
