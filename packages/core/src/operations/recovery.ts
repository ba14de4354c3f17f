import { orCancelled } from "../concurrency/abort.ts";
import type { CallOptions } from "../ports/options.ts";
import type { OperationPorts } from "./ports.ts";

/** What an earlier daemon left half-done is undone first. Throws `cancelled`. */
export async function whenRecovered(
  { recovered }: Pick<OperationPorts, "recovered">,
  { signal }: CallOptions,
): Promise<void> {
  await orCancelled(recovered, signal, "undoing what an earlier daemon left");
}
