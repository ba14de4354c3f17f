import type { CallOptions, HeldSnapshot } from "@forkd/core";
import { resolveReference } from "./resolve.ts";
import type { ResolvedPointer } from "./resolve.ts";
import type { StoreParts } from "./store-parts.ts";

/** A snapshot that is held, and where its tag or id led to. */
export interface HeldChain extends HeldSnapshot {
  readonly pointer: ResolvedPointer;
}

/** Holds what a tag or id stands for. Throws `snapshot_not_found`, `cancelled`. */
export async function holdSnapshot(
  { catalogue, claims, opener }: Pick<StoreParts, "catalogue" | "claims" | "opener">,
  reference: string,
  work: string,
  options: CallOptions,
): Promise<HeldChain> {
  for (;;) {
    const pointer = await resolveReference(catalogue, reference);
    using undo = new DisposableStack();
    undo.use(await claims.holds.take(pointer.id, work, options));
    // Until it was held, it could be removed, or the tag be pointed elsewhere.
    if ((await resolveReference(catalogue, reference)).id !== pointer.id) continue;
    const hold = undo.move();
    return {
      id: pointer.id,
      pointer,
      open: (openOptions) => opener.open(reference, openOptions, pointer),
      [Symbol.dispose]: () => hold.dispose(),
    };
  }
}
