import { z } from "zod";
import {
  environmentSchema,
  imageIdSchema,
  rehearsalSchema,
  sandboxIdSchema,
  sha256Schema,
  snapshotIdSchema,
} from "@forkd/contract";
import { PAGE_SIZE, UNRECORDED_DEVICES, contentOffset } from "@forkd/core";
import type { SnapshotDescription, SnapshotManifest } from "@forkd/core";
import type { Layer } from "../verify/layer-verifier.ts";
import { MAX_CHAIN_DISKS } from "./chain-limits.ts";
import { deviceRecordsSchema } from "./device-records.ts";
import type { LinkFileRole } from "./portable-snapshots.ts";

/** The files of a snapshot. Names come from here alone, never out of a manifest. */
export const SNAPSHOT_FILES = {
  manifest: "manifest.json",
  memory: "memory",
  memoryLayer: "memory.layer",
  deviceState: "device-state",
} as const;

/** A manifest is at most this large; most of it can be the source code of the warm-up. */
export const MANIFEST_LIMIT_BYTES = 16 * 1024 * 1024;

export const MIB = 1024 * 1024;

const printable = z.string().regex(/^[\x20-\x7e]{1,1024}$/, "must be 1 to 1024 printable ASCII characters");
const bytes = z.number().int().nonnegative();
const layer = z.strictObject({ sha256: sha256Schema, sizeBytes: bytes });

/** What a manifest must be, byte for byte of its fields. It may have been altered: trust nothing that is not here. */
export const snapshotManifestSchema: z.ZodType<SnapshotManifest> = z
  .strictObject({
    formatVersion: z.literal([1, 2]),
    id: snapshotIdSchema,
    createdAtUnix: z.number().int().nonnegative(),
    engine: z.strictObject({
      engine: printable,
      version: printable,
      accelerator: z.enum(["kvm", "tcg"]),
      machine: printable,
      cpuModel: printable,
      clockKhz: z.number().positive().nullable().default(null),
    }),
    memoryMib: z.number().int().min(1).max(65_536),
    vcpus: z.number().int().min(1).max(32),
    devices: deviceRecordsSchema.exactOptional(),
    kernel: z.strictObject({ version: printable, sha256: sha256Schema, initramfsSha256: sha256Schema }),
    agentVersion: printable,
    image: z.strictObject({ id: imageIdSchema, sizeBytes: bytes }),
    memory: layer.extend({ kind: z.enum(["full", "diff"]) }),
    deviceState: layer,
    disks: z.array(layer).min(1).max(MAX_CHAIN_DISKS),
    parentId: snapshotIdSchema.nullable(),
    parentManifestSha256: sha256Schema.exactOptional(),
    lineage: z
      .strictObject({
        sandboxId: sandboxIdSchema,
        mode: z.enum(["full", "diff", "live"]),
        pauseMs: z.number().nonnegative(),
      })
      .nullable(),
    recipe: z.strictObject({
      warm: z.array(z.unknown()).max(64),
      ready: z.array(z.string().max(131_072)).max(1024).nullable(),
      env: environmentSchema,
      rehearse: rehearsalSchema.exactOptional(),
    }),
    buildMs: z.number().nonnegative(),
  })
  .refine(({ memory, memoryMib }) => memory.kind === "diff" || memory.sizeBytes === memoryMib * MIB, {
    path: ["memory", "sizeBytes"],
    message: "must be memoryMib in bytes",
  })
  .refine(({ memory, memoryMib }) => memory.sizeBytes <= largestLayer(memoryMib), {
    path: ["memory", "sizeBytes"],
    message: "must not be larger than a layer of all pages",
  })
  .refine(({ memory, parentId }) => memory.kind === "full" || parentId !== null, {
    path: ["parentId"],
    message: "must be there for a memory layer",
  })
  .refine((manifest) => (manifest.parentId === null) === (manifest.parentManifestSha256 === undefined), {
    path: ["parentManifestSha256"],
    message: "must be there exactly when there is a parent",
  })
  .refine(({ formatVersion, devices }) => (formatVersion === 1) === (devices === undefined), {
    path: ["devices"],
    message: "must be there exactly from format 2 on",
  })
  .transform((manifest) => ({ ...manifest, devices: manifest.devices ?? UNRECORDED_DEVICES }));

function largestLayer(memoryMib: number): number {
  const pages = (memoryMib * MIB) / PAGE_SIZE;
  return contentOffset(pages) + pages * PAGE_SIZE;
}

/** The file of an overlay; 0 is the lowest one. */
export function diskFileName(index: number): string {
  return index === 0 ? "disk.qcow2" : `disk-${index}.qcow2`;
}

/** A layer of a snapshot, and what it is. */
export interface SnapshotLayer extends Layer {
  readonly role: LinkFileRole;
}

/** The files that a snapshot has of its own: memory, device state, then disks. */
export function fileNamesOf(
  kind: SnapshotManifest["memory"]["kind"],
  diskCount: number,
): { name: string; role: LinkFileRole }[] {
  return [
    kind === "full"
      ? { name: SNAPSHOT_FILES.memory, role: "memory" }
      : { name: SNAPSHOT_FILES.memoryLayer, role: "memory-layer" },
    { name: SNAPSHOT_FILES.deviceState, role: "device-state" },
    ...Array.from({ length: diskCount }, (_, index) => ({
      name: diskFileName(index),
      role: "disk" as const,
    })),
  ];
}

/** Every layer that a manifest names, with the file that it is in, in the order of {@link fileNamesOf}. */
export function layersOf({ memory, deviceState, disks }: SnapshotManifest): SnapshotLayer[] {
  const records = [memory, deviceState, ...disks];
  return fileNamesOf(memory.kind, disks.length).flatMap((file, index) => {
    const record = records[index];
    return record ? [{ ...file, ...recordOf(record) }] : [];
  });
}

/** The manifest of a new snapshot. `layers` are its memory, device state and disks, in this order. */
export function composeManifest(
  { parentId, ...description }: SnapshotDescription,
  [memory, deviceState, ...disks]: readonly Layer[],
  parentManifestSha256: string | undefined,
): SnapshotManifest {
  return snapshotManifestSchema.parse({
    ...description,
    formatVersion: 2,
    parentId,
    ...(parentManifestSha256 !== undefined && { parentManifestSha256 }),
    memory: memory && { ...recordOf(memory), kind: description.memory.kind },
    deviceState: deviceState && recordOf(deviceState),
    disks: disks.map(recordOf),
  });
}

function recordOf({ sha256, sizeBytes }: Pick<Layer, "sha256" | "sizeBytes">): Omit<Layer, "name"> {
  return { sha256, sizeBytes };
}
