import { ForkdError, findNearest, isForkdError } from "@forkd/contract";
import { tagOf } from "../model/snapshot-view.ts";
import type { ImageStore } from "../ports/images.ts";
import type { SnapshotStore } from "../ports/snapshots.ts";
import type { SandboxRegistry } from "../sandbox/registry.ts";
import { seesName, seesSandbox } from "../tenants/sight.ts";
import type { Viewer } from "../tenants/sight.ts";

/** Where names are looked up. */
interface Names {
  readonly registry: Pick<SandboxRegistry, "users">;
  readonly snapshots: Pick<SnapshotStore, "list">;
  readonly images: Pick<ImageStore, "list">;
}

/** An error about a name that was not found, with what it is the name of instead. Every other error as it is. */
export async function clarifyName(
  error: unknown,
  { registry, snapshots, images }: Names,
  viewer: Viewer = {},
): Promise<unknown> {
  if (!isForkdError(error)) return error;
  const machines = registry.users().filter((machine) => seesSandbox(viewer, machine));
  const isTag = async (name: string): Promise<boolean> =>
    seesName(viewer, name) && (await snapshots.list()).some((entry) => tagOf(entry) === name);
  const isImage = async (name: string): Promise<boolean> =>
    seesName(viewer, name) && (await images.list()).some((image) => image.names.includes(name));
  const options = { cause: error };
  if (isCode(error, "sandbox_not_found")) {
    const { id } = error.details;
    if (await isTag(id)) return new ForkdError("sandbox_not_found", { id, is: "snapshot" }, options);
    if (await isImage(id)) return new ForkdError("sandbox_not_found", { id, is: "image" }, options);
    const near = findNearest(
      id,
      machines.flatMap((machine) => [machine.id, ...(machine.name ? [machine.name] : [])]),
    );
    return near === undefined ? error : new ForkdError("sandbox_not_found", { id, near }, options);
  }
  if (isCode(error, "snapshot_not_found") && machines.some(({ name }) => name === error.details.tag)) {
    return new ForkdError("snapshot_not_found", { ...error.details, is: "sandbox" }, options);
  }
  if (isCode(error, "snapshot_not_found") && (await isImage(error.details.tag))) {
    return new ForkdError("snapshot_not_found", { ...error.details, is: "image" }, options);
  }
  if (isCode(error, "image_not_found") && (await isTag(error.details.image))) {
    return new ForkdError("image_not_found", { ...error.details, is: "snapshot" }, options);
  }
  return error;
}

function isCode<Code extends ForkdError["code"]>(
  error: ForkdError,
  code: Code,
): error is ForkdError<Code> & ForkdError {
  return error.code === code;
}
