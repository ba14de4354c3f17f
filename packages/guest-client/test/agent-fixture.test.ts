import { findProcess, isProcessAlive } from "@forkd/posix";
import { expect, it } from "vitest";
import { startAgent } from "./agent-fixture.ts";
import { listDescendants } from "./descendants.ts";
import { calm, connectAgent } from "./dial.ts";

const BUILD_AND_START_MS = 600_000;

it(
  "an agent of a test takes with it what it started, also what hangs",
  async () => {
    const fixture = await startAgent();
    const agent = await connectAgent(fixture);
    const call = { language: "node", mode: "auto", timeoutMs: 30_000 } as const;
    await agent.evaluate({ ...call, code: "setImmediate(() => { for (;;); }); 1" }, calm);
    const started = listDescendants(fixture.pid).flatMap((pid) => findProcess(pid) ?? []);
    expect(started).not.toEqual([]);
    await agent[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
    for (const name of started) await expect.poll(() => isProcessAlive(name)).toBe(false);
  },
  BUILD_AND_START_MS,
);
