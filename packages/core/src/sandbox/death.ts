import type { SandboxInfo } from "@forkd/contract";
import type { MachineExit } from "../ports/engine.ts";
import type { LimitGroup } from "../ports/limits.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { MachineDirectory, MachineLogs } from "../ports/machines.ts";

const CONSOLE_LINES = 15;

/** What is left of a machine that has ended. */
interface Remains {
  readonly directory: MachineDirectory;
  readonly group: LimitGroup;
}

/** Says why a machine ended, by its exit, its limit and its console. */
export async function explainDeath(
  exit: MachineExit,
  { directory, group }: Remains,
  { memoryLimitMib }: SandboxRecord,
  logs: MachineLogs,
): Promise<NonNullable<SandboxInfo["died"]>> {
  const oomKills = await group.countOomKills();
  return {
    at_unix: Math.floor(Date.now() / 1000),
    why: oomKills > 0 ? `it was killed at its memory limit of ${memoryLimitMib} MiB` : exit.why,
    console: await logs.tail(directory.path, "console", CONSOLE_LINES),
  };
}
