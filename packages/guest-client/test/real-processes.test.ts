import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { finish, shell, untilOutput } from "./commands.ts";
import { TEST_IDENTITY, calm, connectAgent, failureOf } from "./dial.ts";
import { OWN_USER, useAgent } from "./use-agent.ts";
import { createGuestConnector } from "../src/index.ts";

const use = useAgent();

describe("ping", () => {
  it("tells who answers, and how far the clocks are apart", async () => {
    const pong = await use.agent.ping(calm);
    expect(pong).toMatchObject({ pong: true });
    expect(Math.abs(pong.clock_offset_ms)).toBeLessThanOrEqual(pong.round_trip_ms / 2 + 2);
    expect(pong.round_trip_ms).toBeGreaterThan(0);
  });
});

describe("fork", () => {
  it("makes the machine another one, in one round trip with the connection", async () => {
    await use.agent[Symbol.asyncDispose]();
    const content_base64 = Buffer.from("for the child").toString("base64");
    const identity = { ...TEST_IDENTITY, files: [{ path: "/etc/child", content_base64, mode: "0600" }] };
    const forked = await createGuestConnector().connectAndFork(await use.fixture.dial(), identity, calm);
    use.agent = forked.agent;
    expect(forked.report.reseeded).toContain("kernel");
    expect(Math.abs(forked.report.clockOffsetMs) + forked.report.clockErrorMs).toBeLessThan(50);
    const { stdout } = await finish(use.agent.exec(shell("echo $GREETING $FORKD_CHILD_INDEX"), calm));
    expect(stdout).toBe("hello 3\n");
    expect(await readFile(join(use.fixture.root, "etc/child"), "utf8")).toBe("for the child");
    const published: unknown = JSON.parse(
      await readFile(join(use.fixture.root, "run/forkd/fork.json"), "utf8"),
    );
    expect(published).toMatchObject({ sandbox_id: identity.sandboxId, child_index: 3, args: ["one", "two"] });
  });

  it("names the step that failed", async () => {
    const files = [{ path: "/etc", content_base64: "", mode: "0600" }];
    expect(await failureOf(use.agent.fork({ ...TEST_IDENTITY, files }, calm))).toMatchObject({
      code: "fork_contract_failed",
      message: expect.stringContaining("file /etc: "),
    });
  });
});

describe("standard input", () => {
  it("reaches the command whole, and its end closes it", async () => {
    const bytes = randomBytes(3_000_000);
    const events = use.agent.exec(shell("wc -c", { stdin: "stream" }), calm)[Symbol.asyncIterator]();
    const { value } = await events.next();
    const { pid } = value as { pid: number };
    await use.agent.writeStdin({ pid }, Readable.from([bytes]), calm);
    const rest = { [Symbol.asyncIterator]: () => events };
    expect((await finish(rest)).stdout).toBe("3000000\n");
  });

  it("gives guest_process_not_found for a process that the agent did not start", async () => {
    const input = Readable.from([Buffer.from("x")]);
    expect(await failureOf(use.agent.writeStdin({ pid: 4_000_000 }, input, calm))).toMatchObject({
      code: "guest_process_not_found",
    });
  });
});

describe("processes", () => {
  it("give guest_process_not_found when the agent did not start them", async () => {
    const pid = 4_000_000;
    const work = [
      finish(use.agent.attach({ pid }, calm)),
      use.agent.signal(pid, "SIGTERM", true, calm),
      use.agent.resize(pid, { cols: 80, rows: 24 }, calm),
    ];
    for (const failure of await Promise.all(work.map(failureOf))) {
      expect(failure).toMatchObject({ code: "guest_process_not_found" });
    }
  });

  it("are listed with their arguments and how they ended", async () => {
    await finish(use.agent.exec(shell("exit 9"), calm));
    const processes = await use.agent.listProcesses(calm);
    const args = ["sh", "-c", "exit 9"];
    expect(processes).toContainEqual(
      expect.objectContaining({ args, running: false, exitCode: 9, signal: null }),
    );
  });

  it("go on when the connection is lost, and can be attached to from the next", async () => {
    const command = shell("echo before; sleep 2; echo after");
    const events = use.agent.exec(command, calm)[Symbol.asyncIterator]();
    const pid = await untilOutput(events);
    await use.agent[Symbol.asyncDispose]();
    expect(await failureOf(events.next())).toMatchObject({ code: "agent_unreachable" });
    use.agent = await connectAgent(use.fixture);
    const { stdout, exit } = await finish(use.agent.attach({ pid }, calm));
    expect(stdout).toBe("before\nafter\n");
    expect(exit).toMatchObject({ exitCode: 0 });
  });
});

describe("the machine", () => {
  it("says what it uses", async () => {
    const usage = await use.agent.measure(calm);
    expect(usage.memoryTotalBytes).toBeGreaterThan(usage.memoryAvailableBytes);
    expect(usage.memoryAvailableBytes).toBeGreaterThan(0);
    expect(usage.diskTotalBytes).toBeGreaterThan(usage.diskAvailableBytes);
    expect(usage.networkReceivedBytes).toBeGreaterThanOrEqual(0);
    expect(usage.networkSentBytes).toBeGreaterThanOrEqual(0);
    expect(usage.processes).toBeGreaterThan(1);
  });

  it("lists its processes, whatever they call themselves, without the kernel's", async () => {
    const script = "exec -a 'a) R 1 (\nb' sleep 65";
    const command = shell("", { detach: true });
    const events = use.agent.exec({ ...command, args: ["bash", "-c", script] }, calm)[Symbol.asyncIterator]();
    const { pid } = (await events.next()).value as { pid: number };
    const find = async () => (await use.agent.listTasks(calm)).tasks.find((task) => task.pid === pid);
    const sleeping = { command: "a) R 1 ( b 65", parentPid: use.fixture.pid, user: OWN_USER, state: "S" };
    await expect.poll(find).toMatchObject(sleeping);
    const { tasks, total } = await use.agent.listTasks(calm);
    expect(total).toBe(tasks.length);
    expect(tasks.find(({ pid: one }) => one === use.fixture.pid)?.residentBytes).toBeGreaterThan(0);
    expect(tasks.map(({ command: text }) => text)).not.toContain("[kthreadd]");
    await use.agent.signal(pid, "SIGKILL", true, calm);
  });
});
