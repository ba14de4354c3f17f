import { ForkdError } from "@forkd/contract";
import type { Claims } from "../claims/claims.ts";
import type { ImageStore } from "../ports/images.ts";
import type { SnapshotStore } from "../ports/snapshots.ts";

export interface RemoveImagePorts {
  readonly images: ImageStore;
  readonly snapshots: SnapshotStore;
  readonly claims: Claims;
}

/** Removes an image with all its names, whichever it is called by. Throws `image_not_found`, `image_in_use`. */
export async function removeImage(
  { images, snapshots, claims: { holds } }: RemoveImagePorts,
  image: string,
): Promise<void> {
  const { id } = await images.find(image);
  const users = holds.users().get(id);
  if (users) throw new ForkdError("image_in_use", { image, users: [...users.work] });
  using _closed = holds.close([id]);
  const made = (await snapshots.listLinks()).filter(({ manifest }) => manifest.image.id === id);
  if (made.length > 0)
    throw new ForkdError("image_in_use", {
      image,
      users: made.map(({ tag, manifest }) => tag ?? manifest.id),
    });
  await images.remove(id);
}
