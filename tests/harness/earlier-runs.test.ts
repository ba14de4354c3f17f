import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { findProcess } from "@forkd/posix";
import type { ProcessName } from "@forkd/posix";
import { expect, test, vi } from "vitest";
import { endEarlierRuns } from "./earlier-runs.ts";

const RUN = "FORKD_TEST_RUN";

async function startSleeper(run: ProcessName | undefined): Promise<ChildProcess> {
  const sleeper = spawn("sleep", ["600"], { env: { ...process.env, [RUN]: JSON.stringify(run) } });
  await once(sleeper, "spawn");
  return sleeper;
}

test("what a run that was broken off has started is ended by the next one, and nothing else", async () => {
  const runner = spawn("sleep", ["600"]);
  await once(runner, "spawn");
  const left = await startSleeper(findProcess(runner.pid!));
  const other = await startSleeper(findProcess(process.pid));
  const ended = Promise.all([runner, left, other].map((child) => once(child, "exit")));
  try {
    runner.kill("SIGKILL");
    await once(runner, "exit");
    vi.stubEnv(RUN, process.env[RUN]);
    await endEarlierRuns();
    await vi.waitFor(() => expect(left.signalCode).toBe("SIGKILL"));
    expect(other.exitCode ?? other.signalCode).toBeNull();
  } finally {
    vi.unstubAllEnvs();
    for (const child of [runner, left, other]) child.kill("SIGKILL");
    await ended;
  }
});
