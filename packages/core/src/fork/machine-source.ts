import type { RestoreSpec } from "../ports/engine.ts";
import type { NetworkChoice } from "../ports/network.ts";
import type { ForkableSnapshot } from "../ports/snapshots.ts";

/** What machines are made of. */
export interface MachineSource {
  readonly snapshot: ForkableSnapshot;
  /** The raw base image of the snapshot. */
  readonly imagePath: string;
  /** What its machines have; unless told, none. */
  readonly network?: NetworkChoice;
  /** Whose they are. */
  readonly tenant?: string | null | undefined;
}

/** What every machine that is restored from a source has in common. */
export function describeRestore({
  snapshot,
  imagePath,
}: MachineSource): Omit<RestoreSpec, "name" | "directory" | "card" | "onSpawn"> {
  const { manifest } = snapshot;
  return {
    memoryPath: snapshot.memoryPath,
    deviceStatePath: snapshot.deviceStatePath,
    memoryMib: manifest.memoryMib,
    vcpus: manifest.vcpus,
    devices: manifest.devices,
    disk: { base: imagePath, layers: snapshot.diskPaths, sizeBytes: manifest.image.sizeBytes },
  };
}
