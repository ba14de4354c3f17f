import type { ImageId } from "@forkd/contract";
import type { CallOptions, HeldImage, Holds, ImageStore } from "@forkd/core";

export interface ImageHolder {
  readonly holds: Holds;
  readonly find: ImageStore["find"];
  readonly open: (id: ImageId, name: string, options: CallOptions) => ReturnType<HeldImage["open"]>;
}

/** Holds what a name or id stands for. Throws `image_not_found`, `cancelled`. */
export async function holdImage(
  { holds, find, open }: ImageHolder,
  nameOrId: string,
  work: string,
  options: CallOptions,
): Promise<HeldImage> {
  for (;;) {
    const { id } = await find(nameOrId);
    using undo = new DisposableStack();
    undo.use(await holds.take(id, work, options));
    // Until it was held, it could be removed, or the name be given to another.
    if ((await find(nameOrId)).id !== id) continue;
    const hold = undo.move();
    return {
      id,
      open: (openOptions) => open(id, nameOrId, openOptions),
      [Symbol.dispose]: () => hold.dispose(),
    };
  }
}
