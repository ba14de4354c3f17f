import { z } from "zod";
import {
  environmentSchema,
  imageIdSchema,
  sandboxIdSchema,
  sha256Schema,
  snapshotIdSchema,
} from "@forkd/contract";
import type { SnapshotDescription, SnapshotManifest } from "@forkd/core";
import type { Layer } from "../verify/layer-verifier.ts";

/** The files of a snapshot. Names come from here alone, never out of a manifest. */
export const SNAPSHOT_FILES = {
  manifest: "manifest.json",
  memory: "memory",
  deviceState: "device-state",
} as const;

/** A manifest is at most this large; most of it can be the source code of the warm-up. */
export const MANIFEST_LIMIT_BYTES = 16 * 1024 * 1024;

const MIB = 1024 * 1024;

const printable = z.string().regex(/^[\x20-\x7e]{1,1024}$/, "must be 1 to 1024 printable ASCII characters");
const bytes = z.number().int().nonnegative();
const layer = z.strictObject({ sha256: sha256Schema, sizeBytes: bytes });

/** What a manifest must be, byte for byte of its fields. It may have been altered: trust nothing that is not here. */
export const snapshotManifestSchema: z.ZodType<SnapshotManifest> = z
  .strictObject({
    formatVersion: z.literal(1),
    id: snapshotIdSchema,
    createdAtUnix: z.number().int().nonnegative(),
    engine: z.strictObject({
      engine: printable,
      version: printable,
      accelerator: z.enum(["kvm", "tcg"]),
      machine: printable,
      cpuModel: printable,
    }),
    memoryMib: z.number().int().min(1).max(65_536),
    vcpus: z.number().int().min(1).max(32),
    kernel: z.strictObject({ version: printable, sha256: sha256Schema, initramfsSha256: sha256Schema }),
    agentVersion: printable,
    image: z.strictObject({ id: imageIdSchema, sizeBytes: bytes }),
    memory: layer.extend({ kind: z.literal("full") }),
    deviceState: layer,
    disks: z.array(layer).min(1).max(16),
    parentId: snapshotIdSchema.nullable(),
    lineage: z.strictObject({ sandboxId: sandboxIdSchema, pauseMs: z.number().nonnegative() }).nullable(),
    recipe: z.strictObject({
      warm: z.array(z.unknown()).max(64),
      ready: z.array(z.string().max(131_072)).max(1024).nullable(),
      env: environmentSchema,
    }),
    buildMs: z.number().nonnegative(),
  })
  .refine(({ memory, memoryMib }) => memory.sizeBytes === memoryMib * MIB, {
    path: ["memory", "sizeBytes"],
    message: "must be memoryMib in bytes",
  });

/** The file of an overlay; 0 is the lowest one. */
export function diskFileName(index: number): string {
  return index === 0 ? "disk.qcow2" : `disk-${index}.qcow2`;
}

/** Every layer that a manifest names, with the file that it is in. */
export function layersOf(manifest: SnapshotManifest): Layer[] {
  return [
    { name: SNAPSHOT_FILES.memory, ...recordOf(manifest.memory) },
    { name: SNAPSHOT_FILES.deviceState, ...recordOf(manifest.deviceState) },
    ...manifest.disks.map((disk, index) => ({ name: diskFileName(index), ...recordOf(disk) })),
  ];
}

/** The manifest of a new snapshot. `layers` are its memory, device state and disks, in this order. */
export function composeManifest(
  description: SnapshotDescription,
  [memory, deviceState, ...disks]: readonly Layer[],
): SnapshotManifest {
  return snapshotManifestSchema.parse({
    ...description,
    formatVersion: 1,
    memory: memory && { ...recordOf(memory), kind: "full" },
    deviceState: deviceState && recordOf(deviceState),
    disks: disks.map(recordOf),
  });
}

function recordOf({ sha256, sizeBytes }: Omit<Layer, "name">): Omit<Layer, "name"> {
  return { sha256, sizeBytes };
}
