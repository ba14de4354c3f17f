import type { SnapshotId } from "@forkd/contract";
import type { Services } from "../services.ts";

const { signal } = new AbortController();

/** A snapshot that was just made is about to be forked. Nobody waits for this, and it may fail. */
export async function prepareZygote(services: Services, id: SnapshotId): Promise<void> {
  const { snapshots, images, zygotes } = services;
  try {
    const snapshot = await snapshots.open(id, { signal });
    const { path: imagePath } = await images.open(snapshot.manifest.image.id, { signal });
    zygotes.prepare({ snapshot, imagePath });
  } catch (err) {
    await tellOfZygote(services, err, id);
  }
}

/** Says that a snapshot has no zygote, unless it is the snapshot itself that is gone. */
export async function tellOfZygote(
  { snapshots, log }: Pick<Services, "snapshots" | "log">,
  err: unknown,
  snapshotId: SnapshotId,
): Promise<void> {
  const isStored = (await snapshots.listLinks()).some(({ manifest }) => manifest.id === snapshotId);
  if (isStored) log.warn({ err, snapshotId }, "zygote.failed");
  else log.debug({ snapshotId }, "zygote.dropped");
}

/** A zygote of a snapshot that is gone would keep its bytes on disk. */
export async function dropZygotes({ snapshots, zygotes }: Services): Promise<void> {
  const links = await snapshots.listLinks();
  await zygotes.retain(new Set(links.map(({ manifest }) => manifest.id)));
}
