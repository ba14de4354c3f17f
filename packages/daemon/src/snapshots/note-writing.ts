import { ForkdError } from "@forkd/contract";
import type { Services, WritingSnapshot } from "../services.ts";

/** Lists a tag as being written until it is disposed of. Throws `snapshot_exists` when it is already. */
export function noteWriting(
  { writing }: Services,
  tag: string,
  snapshot: Omit<WritingSnapshot, "startedAtUnix">,
): Disposable {
  if (writing.has(tag)) throw new ForkdError("snapshot_exists", { tag });
  writing.set(tag, { ...snapshot, startedAtUnix: Math.floor(Date.now() / 1000) });
  return { [Symbol.dispose]: () => void writing.delete(tag) };
}
