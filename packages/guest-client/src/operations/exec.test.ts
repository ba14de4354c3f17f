import { setTimeout as sleep } from "node:timers/promises";
import type { GuestCommand, GuestProcessEvent } from "@forkd/core";
import { describe, expect, it } from "vitest";
import { settled } from "../../../../tests/harness/settled.ts";
import { calm, connectAgent, failureOf } from "../../test/dial.ts";
import { EXIT_FRAME, START_FRAME, execFrame, startScriptedAgent } from "../../test/scripted-agent.ts";

const command: GuestCommand = {
  args: ["true"],
  env: {},
  stdin: "none",
  pty: null,
  timeoutMs: 0,
  detach: false,
};

async function drain(events: AsyncIterable<GuestProcessEvent>): Promise<GuestProcessEvent[]> {
  return await Array.fromAsync(events);
}

/** Runs a command of an agent that answers with these bytes, and gives the failure. */
async function execLiar(...answer: readonly Buffer[]): Promise<{ code: string }> {
  await using liar = await startScriptedAgent((stream) => stream.end(Buffer.concat(answer)));
  await using agent = await connectAgent(liar);
  return await failureOf(drain(agent.exec(command, calm)));
}

describe("exec against a guest that lies", () => {
  it.each([
    ["ends without a frame", []],
    ["ends without an exit", [START_FRAME]],
    ["ends in the middle of a frame", [START_FRAME, EXIT_FRAME.subarray(0, 20)]],
    ["sends output first", [execFrame(1, Buffer.from("x"))]],
    ["claims a frame of 4 GiB", [START_FRAME, Buffer.from([1, 255, 255, 255, 255])]],
    ["goes on after the exit", [START_FRAME, EXIT_FRAME, EXIT_FRAME]],
    ["goes on for long after the exit", [START_FRAME, EXIT_FRAME, Buffer.alloc(100_000)]],
  ])("gives agent_protocol when it %s", async (_what, answer) => {
    expect(await execLiar(...answer)).toMatchObject({ code: "agent_protocol" });
  });

  it("says what was wrong with a frame", async () => {
    const failure = await execLiar(START_FRAME, Buffer.from([9, 0, 0, 0, 1, 0]));
    expect(failure).toMatchObject({ message: expect.stringMatching(/POST \/exec .*unknown type 9/) });
  });

  it("gives agent_timeout when the stream is not ended after the exit frame", async () => {
    await using liar = await startScriptedAgent((stream) => {
      stream.write(Buffer.concat([START_FRAME, EXIT_FRAME]));
    });
    await using agent = await connectAgent(liar, { graceMs: 100 });
    expect(await failureOf(drain(agent.exec(command, calm)))).toMatchObject({ code: "agent_timeout" });
  });

  it("gives agent_timeout when a command outlives its own time-out by the grace", async () => {
    await using liar = await startScriptedAgent((stream) => void stream.write(START_FRAME));
    await using agent = await connectAgent(liar, { graceMs: 100 });
    const startMs = performance.now();
    const failure = await failureOf(drain(agent.exec({ ...command, timeoutMs: 100 }, calm)));
    expect(failure).toMatchObject({ code: "agent_timeout" });
    expect(performance.now() - startMs).toBeGreaterThan(190);
  });

  it("does not hold a slow reader against the guest", async () => {
    await using liar = await startScriptedAgent((stream) => {
      stream.end(Buffer.concat([START_FRAME, execFrame(1, Buffer.alloc(60_000)), EXIT_FRAME]));
    });
    await using agent = await connectAgent(liar, { graceMs: 400 });
    const seen: string[] = [];
    for await (const event of agent.exec({ ...command, timeoutMs: 100 }, calm)) {
      seen.push(event.type);
      await sleep(700);
    }
    expect(seen[0]).toBe("start");
    expect(seen.at(-1)).toBe("exit");
  });

  it("takes no more of endless output than the window while nobody reads, and all of it later", async () => {
    let written = 0;
    await using liar = await startScriptedAgent((stream) => {
      stream.write(START_FRAME);
      const chunk = execFrame(1, Buffer.alloc(60_000));
      const fill = (): void => {
        do written += chunk.length;
        while (stream.write(chunk));
      };
      stream.on("drain", fill);
      fill();
    });
    await using agent = await connectAgent(liar);
    const events = agent.exec(command, calm)[Symbol.asyncIterator]();
    await events.next();
    expect(await settled(() => written)).toBeLessThan(512 * 1024);
    let read = 0;
    while (read < 8 * 1024 * 1024) {
      const { value } = await events.next();
      if (value?.type === "stdout") read += value.data.length;
    }
    await events.return?.();
  });

  it("lets other requests pass while one stream's output is not read", async () => {
    await using liar = await startScriptedAgent((stream, headers) => {
      if (headers[":path"] !== "/exec") stream.end('{"processes": []}');
      else
        stream.write(
          Buffer.concat([START_FRAME, ...Array<Buffer>(100).fill(execFrame(1, Buffer.alloc(60_000)))]),
        );
    });
    await using agent = await connectAgent(liar);
    const events = agent.exec(command, calm)[Symbol.asyncIterator]();
    await events.next();
    expect(await agent.listProcesses(calm)).toEqual([]);
    await events.return?.();
  });
});

describe("the iterator of exec", () => {
  it("resets its stream when it is ended early", async () => {
    const reset = Promise.withResolvers<number>();
    await using liar = await startScriptedAgent((stream, headers) => {
      if (headers[":path"] !== "/exec") return void stream.end("{}");
      stream.on("close", () => reset.resolve(stream.rstCode));
      stream.write(Buffer.concat([START_FRAME, execFrame(1, Buffer.from("x"))]));
    });
    await using agent = await connectAgent(liar);
    for await (const event of agent.exec(command, calm)) {
      if (event.type === "stdout") break;
    }
    expect(await reset.promise).toBe(8);
    await agent.sync(calm);
  });

  it("does not reset a stream that has ended", async () => {
    const reset = Promise.withResolvers<number>();
    await using liar = await startScriptedAgent((stream) => {
      stream.on("close", () => reset.resolve(stream.rstCode));
      stream.write(Buffer.concat([START_FRAME, EXIT_FRAME]));
      setTimeout(() => stream.end(), 20);
    });
    await using agent = await connectAgent(liar);
    for await (const event of agent.exec(command, calm)) if (event.type === "exit") break;
    expect(await reset.promise).toBe(0);
  });

  it("fails with cancelled and resets the stream when its signal aborts", async () => {
    const reset = Promise.withResolvers<number>();
    await using liar = await startScriptedAgent((stream) => {
      stream.on("close", () => reset.resolve(stream.rstCode));
      stream.write(START_FRAME);
    });
    await using agent = await connectAgent(liar);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const failure = await failureOf(drain(agent.exec(command, { signal: controller.signal })));
    expect(failure).toMatchObject({ code: "cancelled" });
    expect(await reset.promise).toBe(8);
  });

  it("sends nothing before it is pulled, nor when its signal was aborted before", async () => {
    let requests = 0;
    await using liar = await startScriptedAgent((stream) => {
      requests += 1;
      stream.end("{}");
    });
    await using agent = await connectAgent(liar);
    agent.exec(command, calm);
    const aborted = agent.exec(command, { signal: AbortSignal.abort() });
    expect(await failureOf(drain(aborted))).toMatchObject({ code: "cancelled" });
    await agent.sync(calm);
    expect(requests).toBe(1);
  });
});
