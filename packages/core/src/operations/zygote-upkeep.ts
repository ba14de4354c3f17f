import { isForkdError, toForkdError } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import { NEVER } from "../concurrency/abort.ts";
import type { OperationPorts } from "./ports.ts";

/** A snapshot that was just made is about to be forked. Nobody waits for this, and it may fail. */
export async function prepareZygote(ports: OperationPorts, id: SnapshotId): Promise<void> {
  const { snapshots, images, zygotes } = ports;
  try {
    const snapshot = await snapshots.open(id, { signal: NEVER });
    const { path: imagePath } = await images.open(snapshot.manifest.image.id, { signal: NEVER });
    zygotes.prepare({ snapshot, imagePath });
  } catch (error) {
    await tellOfZygote(ports, error, id);
  }
}

/** Says that a snapshot has no zygote, unless it is the snapshot itself that is gone. Never rejects. */
export async function tellOfZygote(
  { snapshots, events, onError }: Pick<OperationPorts, "snapshots" | "events" | "onError">,
  error: unknown,
  id: SnapshotId,
): Promise<void> {
  const links = await snapshots.listLinks().catch((failure: unknown) => {
    onError(failure, `looking for ${id}, whose zygote failed`);
    return [];
  });
  if (!links.some(({ manifest }) => manifest.id === id)) return;
  if (!isForkdError(error)) onError(error, `making a zygote of ${id}`);
  events.emit({ type: "zygote.failed", snapshot_id: id, why: toForkdError(error).message });
}

/** A zygote of a snapshot that is gone would keep its bytes on disk. */
export async function dropZygotes({ snapshots, zygotes }: OperationPorts): Promise<void> {
  const links = await snapshots.listLinks();
  await zygotes.retain(new Set(links.map(({ manifest }) => manifest.id)));
}
