import { throwIfAborted } from "../concurrency/abort.ts";
import type { SuspendedState } from "../model/sandbox-record.ts";
import type { Machine } from "../ports/engine.ts";
import type { KeptState } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";

/** Has all that a machine that stands still goes on with on the storage. A failure leaves nothing of it. */
export async function saveToDisk(
  machine: Machine,
  state: KeptState,
  { memoryMib, signal }: CallOptions & { readonly memoryMib: number },
): Promise<SuspendedState> {
  await using undo = new AsyncDisposableStack();
  undo.defer(() => state.remove());
  await state.prepare();
  const { memoryPath, deviceStatePath } = state;
  const { diskPath } = await machine.save({ memoryPath, deviceStatePath, memoryMib }, { signal });
  const sealed = await state.seal(diskPath, { signal });
  throwIfAborted(signal, "suspending a machine");
  undo.move();
  return sealed;
}
