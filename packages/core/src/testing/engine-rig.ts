import { readFileSync } from "node:fs";
import type {
  BootSpec,
  CaptureMode,
  CaptureSpec,
  CopySpec,
  Engine,
  Machine,
  MachineRecord,
  RestoreSpec,
} from "../ports/engine.ts";
import type { GuestConnector } from "../ports/guest.ts";
import type { FrozenMachine } from "./frozen-machine.ts";

export { frozenBy } from "./frozen-machine.ts";
export type { FrozenMachine } from "./frozen-machine.ts";

/** What an engine offers beside what all do. */
export interface EngineOffer {
  readonly modes: readonly CaptureMode[];
  /** Whether its machines can be copied. */
  readonly copies: boolean;
}

/** An engine with what its contract needs of a host. Every path that it gives is new. Disposal removes them all. */
export interface EngineRig extends AsyncDisposable {
  readonly engine: Engine;
  readonly connector: GuestConnector;
  /** In the file system of the machines' directories. */
  newFile(name: string): string;
  /** A guest that runs our agent, with a shell; its memory lies where machines that map it can be captured live. */
  describeBoot(): Promise<BootSpec>;
  describeRestore(from: FrozenMachine): Promise<RestoreSpec>;
  /** Restores a machine in another process, which ends then as a daemon that crashes does. */
  restoreElsewhere(spec: RestoreSpec): Promise<MachineRecord>;
  /** The same with a copy of a machine that is restored there. */
  copyElsewhere(
    spec: RestoreSpec,
    copy: CopySpec,
  ): Promise<{ readonly record: MachineRecord; readonly zygotePid: number }>;
}

/** A deadline for one step. */
export function soon(ms = 90_000): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(ms) };
}

/** What a shell command prints in a guest, by a connection of its own. */
export async function ask(
  { connector }: Pick<EngineRig, "connector">,
  machine: Machine,
  script: string,
): Promise<string> {
  await using agent = await connector.connect(await machine.openAgentStream(soon()), soon());
  const args = ["sh", "-c", script];
  const command = { args, env: {}, stdin: "none", pty: null, timeoutMs: 60_000, detach: false } as const;
  const chunks: Buffer[] = [];
  for await (const event of agent.exec(command, soon()))
    if (event.type === "stdout" || event.type === "stderr") chunks.push(event.data);
  return Buffer.concat(chunks).toString().trim();
}

/** New files for a capture. */
export function captureSpec(rig: EngineRig, mode: CaptureMode, memoryMib: number): CaptureSpec {
  return {
    mode,
    memoryPath: rig.newFile("memory"),
    deviceStatePath: rig.newFile("device-state"),
    diskPath: rig.newFile("disk"),
    memoryMib,
  };
}

/** Whether a process runs. One that nobody has waited for does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
