import { posix } from "node:path";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { FileMetadata, GuestFile, GuestFileType, Operations } from "@forkd/core";
import { FileType } from "../../wire/filesystem.gen.js";
import type { EntryInfoSchema } from "../../wire/filesystem.gen.js";
import type { EnvdCall } from "../envd-call.ts";
import { findFile } from "./find-file.ts";
import { describePermissions } from "./permissions.ts";

export type Entry = MessageInitShape<typeof EntryInfoSchema>;

const TYPES: Readonly<Partial<Record<GuestFileType, FileType>>> = {
  file: FileType.FILE,
  dir: FileType.DIRECTORY,
  symlink: FileType.SYMLINK,
};

const PERMISSION_BITS = 0o777;

/** How long metadata is, with its keys. */
export function charsOf(metadata: FileMetadata): number {
  return Object.entries(metadata).flat().join("").length;
}

/** A file as E2B describes it, at an absolute path. A link has type and mode of what it leads to, if that is there. */
export async function describeEntry(
  operations: Pick<Operations, "getFileInfo">,
  call: EnvdCall,
  file: GuestFile,
): Promise<Entry> {
  const { path, type, mode, owner, group, sizeBytes, modifiedMs, target } = file;
  const meant = target === null ? file : ((await findFile(operations, call, { path, follow: true })) ?? file);
  return {
    name: posix.basename(path),
    type: TYPES[meant.type] ?? FileType.UNSPECIFIED,
    path,
    size: BigInt(sizeBytes),
    mode: meant.mode & PERMISSION_BITS,
    permissions: describePermissions(type, mode),
    owner,
    group,
    modifiedTime: timestampFromMs(modifiedMs),
    metadata: meant.metadata,
    ...(target !== null && { symlinkTarget: posix.resolve(posix.dirname(path), target) }),
  };
}
