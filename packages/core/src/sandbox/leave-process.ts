import type { SuspendedState } from "../model/sandbox-record.ts";
import type { Machine } from "../ports/engine.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import { endInTime } from "./end-in-time.ts";
import type { Fate } from "./fate.ts";
import type { KeptRecord } from "./kept-record.ts";
import { saveToDisk } from "./save-to-disk.ts";

interface LeavingParts {
  readonly machine: Machine;
  readonly directory: MachineDirectory;
  readonly record: KeptRecord;
  readonly fate: Fate;
  /** Aborted once the machine is disposed of. */
  readonly ending: AbortSignal;
}

/**
 * Has a machine that stands still live on without its process: what it is resumed of is on disk, with a record that says
 * so, when that is ended. One that does not end in time is left behind. Throws `sandbox_dead`, `capture_failed`,
 * `disk_full`, `cancelled`; nothing is left of it then.
 */
export async function leaveProcess(parts: LeavingParts, options: CallOptions): Promise<void> {
  const { machine, directory, fate } = parts;
  const state = await save(parts, options);
  try {
    await fate.depart(state);
  } catch (error) {
    await directory.state.remove();
    throw error;
  }
  // It is suspended whatever its process does: what must not run beside that looks whether it lingers.
  const ended = machine.kill().then(() => fate.gone);
  await endInTime(ended).catch(() => {});
}

/** Its end comes before any of it. */
async function save(
  { machine, directory, record, fate, ending }: LeavingParts,
  options: CallOptions,
): Promise<SuspendedState> {
  const { memoryMib } = record.current;
  const signal = AbortSignal.any([options.signal, ending]);
  try {
    return await saveToDisk(machine, directory.state, { signal, memoryMib });
  } catch (error) {
    if (!ending.aborted) throw error;
    await fate.gone;
    fate.assertThere(error);
    throw error;
  }
}
