import type { Readable } from "node:stream";
import type { CallOptions } from "./options.ts";

/** A part of a file: so many bytes from an offset, or its last ones. */
export type FileRange =
  { readonly offset: number; readonly length?: number | undefined } | { readonly tail: number };

/** The bytes of a file, or of a part of it. */
export type GuestFileContent = Readable & {
  /** What they are of the whole; undefined for files such as those of `/proc`, whose size nobody knows before the end. */
  readonly span: { readonly offset: number; readonly bytes: number; readonly sizeBytes: number } | undefined;
};

/** What users note of a file, by keys. */
export type FileMetadata = Readonly<Record<string, string>>;

/** A file that is written to. */
export interface GuestFileWrite {
  readonly path: string;
  /** Of a file that is new; octal. */
  readonly mode: string;
  readonly user?: string | undefined;
}

export type GuestFileType = "file" | "dir" | "symlink" | "fifo" | "socket" | "char_device" | "block_device";

/** What is at a path. Names that are no UTF-8 have U+FFFD for what could not be read. */
export interface GuestFile {
  readonly path: string;
  readonly type: GuestFileType;
  readonly sizeBytes: number;
  /** Permission bits, with setuid and its kind. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string;
  readonly group: string;
  readonly modifiedMs: number;
  /** Of a link. */
  readonly target: string | null;
  /** Of a file or a directory; empty where there is none. */
  readonly metadata: FileMetadata;
}

/** What happened below a directory that is watched; names are relative to it, and empty for itself. */
export type GuestFileChange =
  /** `opened`: all that is there is watched. `overflow`: some events were lost. */
  | { readonly type: "opened" | "overflow" }
  | { readonly type: "create" | "write" | "remove" | "chmod"; readonly name: string }
  | { readonly type: "rename"; readonly name: string; readonly to: string };

/**
 * The files of one guest. All of it but `write`, and `read` without a range, throws `agent_outdated` where the guest's
 * agent does not know it yet, and `guest_file_not_found`, `guest_refused`.
 */
export interface GuestFiles {
  /** Throws `range_not_satisfiable` when the file has no byte of the range. */
  read(
    order: { readonly path: string; readonly range?: FileRange | undefined },
    options: CallOptions,
  ): Promise<GuestFileContent>;
  /**
   * A whole file or nothing, with the metadata that is told and no other; gives its bytes. With metadata it throws
   * `agent_outdated`.
   */
  write(
    file: GuestFileWrite & { readonly metadata?: FileMetadata | undefined },
    content: Readable,
    options: CallOptions,
  ): Promise<number>;
  /** Writes into a file, which is made when it is not there: at an offset, or else at its end. What was written stays. */
  writePart(
    file: GuestFileWrite & { readonly offset?: number | undefined },
    content: Readable,
    options: CallOptions,
  ): Promise<number>;
  info(order: { readonly path: string; readonly follow: boolean }, options: CallOptions): Promise<GuestFile>;
  /** What is in a directory and, down to a depth, below it; in no order. Paths are relative to it. */
  list(
    order: { readonly path: string; readonly depth: number },
    options: CallOptions,
  ): AsyncIterable<GuestFile>;
  /** Ends when the directory goes away. */
  watch(
    order: { readonly path: string; readonly recursive: boolean },
    options: CallOptions,
  ): AsyncIterable<GuestFileChange>;
  /** With those above it; gives whether there was none. */
  makeDirectory(directory: GuestFileWrite, options: CallOptions): Promise<boolean>;
  /** As rename(2) does; directories above the new place are made. */
  move(order: { readonly from: string; readonly to: string }, options: CallOptions): Promise<GuestFile>;
  change(
    order: {
      readonly path: string;
      readonly mode?: string | undefined;
      readonly owner?: string | undefined;
      readonly group?: string | undefined;
    },
    options: CallOptions,
  ): Promise<GuestFile>;
  /** A file, a link itself, or a directory: an empty one, or with all that is in it. */
  remove(order: { readonly path: string; readonly recursive: boolean }, options: CallOptions): Promise<void>;
}
