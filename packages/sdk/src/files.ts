import type { FileChange, FileInfo, FileUpdate, Operations } from "./api.gen.ts";
import { explainEnd } from "./broken-body.ts";
import type { Connection } from "./connection.ts";
import { isForkdApiError, unexpectedReply } from "./errors.ts";
import { takeRange, writeRange } from "./file-range.ts";
import type { ReadRange } from "./file-range.ts";
import { startWatch } from "./file-watch.ts";
import type { ChangeListener, FileWatch, FollowFilesOptions, WatchOptions } from "./file-watch.ts";
import { readBytes } from "./reply-body.ts";
import type { CallOptions } from "./options.ts";
import type { RawBody, TransportReply } from "./transport/transport.ts";
import { fromWire } from "./wire.ts";

/** How much {@link Files.read} takes unless told: 256 MiB. */
const MAX_READ_BYTES = 256 * 1024 * 1024;
/** How many files {@link Files.list} takes unless told. */
const MAX_ENTRIES = 100_000;
/** How many characters their paths, and where their links lead, may have in all: 64 Mi. */
const MAX_PATH_CHARACTERS = 64 * 1024 * 1024;

export type StreamFileOptions = CallOptions & ReadRange;
/** With `maxBytes`, 256 MiB unless told, that a guest cannot fill our memory. */
export type ReadFileOptions = StreamFileOptions & { readonly maxBytes?: number };

export interface WriteFileOptions extends CallOptions {
  /** Octal permission bits of a file that is new. Default: `"0644"`. */
  readonly mode?: string | undefined;
  /** The file's owner, by name or number. Default: root. */
  readonly user?: string | undefined;
  /** Writes from this byte on, and leaves the rest of the file as it is. */
  readonly offset?: number | undefined;
  /** Writes at the end of the file. */
  readonly append?: boolean | undefined;
  /**
   * What is noted of a file that is written whole, in place of what was: words of printable ASCII, at most 4096 bytes in all.
   */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export type MakeDirOptions = Omit<Operations["makeDirectory"]["request"]["body"], "path"> & CallOptions;

export interface ListFilesOptions extends CallOptions {
  /** 1: what is in the directory; 2: and in its directories; and so on, up to 64. Default: 1. */
  readonly depth?: number | undefined;
}

/** A daemon that is older tells of no metadata. */
function charactersOf({ path, symlinkTarget, metadata = {} }: Partial<FileInfo>): number {
  return [path, symlinkTarget, ...Object.entries(metadata).flat()].join("").length;
}

/** The files of one sandbox. Paths are absolute. */
export class Files {
  readonly #connection: Connection;
  readonly #sandbox: { readonly id: string };

  constructor(connection: Connection, sandbox: { readonly id: string }) {
    this.#connection = connection;
    this.#sandbox = sandbox;
  }

  /**
   * A whole file, or a part of it. Throws `guest_file_not_found`, `range_not_satisfiable` when there is nothing of the
   * part, and `unexpected_reply` when it is longer than `maxBytes`.
   *
   * @example const last = await sandbox.files.read("/var/log/app.log", { tail: 4096 });
   */
  async read(
    path: string,
    { maxBytes = MAX_READ_BYTES, ...options }: ReadFileOptions = {},
  ): Promise<Uint8Array> {
    return readBytes(await this.stream(path, options), maxBytes);
  }

  /** The same as UTF-8 text. */
  async readText(path: string, options: ReadFileOptions = {}): Promise<string> {
    return new TextDecoder().decode(await this.read(path, options));
  }

  /** A file as it comes, of any size, or a part of it. One without a size, as in `/proc`, is cut here. */
  async stream(
    path: string,
    { signal, ...range }: StreamFileOptions = {},
  ): Promise<AsyncIterable<Uint8Array>> {
    const request = this.#request({ query: { path } });
    const reply = await this.#connection.download("readFile", request, { signal, range: writeRange(range) });
    return takeRange({ ...reply, body: this.#explainEnd(reply, { signal }) }, range);
  }

  /**
   * Writes a file, whole or not at all, and gives the bytes that were written. With `append` or `offset` it writes into
   * the file that is there; what was written before a failure stays then.
   */
  async write(
    path: string,
    content: RawBody,
    { signal, metadata = {}, ...rest }: WriteFileOptions = {},
  ): Promise<number> {
    const meta = Object.entries(metadata).map(([key, value]) => `${key}=${value}`);
    const request = this.#request({ query: { path, ...rest, meta } });
    return (await this.#connection.upload("writeFile", request, content, { signal })).bytes;
  }

  /**
   * What is in a directory, in the order of paths. Throws `unexpected_reply` for more than `maxEntries` (100,000), and for
   * more than 64 Mi characters of paths and metadata.
   */
  async list(
    path: string,
    { maxEntries = MAX_ENTRIES, ...options }: ListFilesOptions & { readonly maxEntries?: number } = {},
  ): Promise<FileInfo[]> {
    const found: FileInfo[] = [];
    let characters = 0;
    for await (const file of this.walk(path, options)) {
      if (found.length === maxEntries) throw unexpectedReply(`${path} has more than ${maxEntries} entries`);
      characters += charactersOf(file);
      if (characters > MAX_PATH_CHARACTERS)
        throw unexpectedReply(`the paths in ${path} have more than ${MAX_PATH_CHARACTERS} characters`);
      found.push(file);
    }
    return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** What is in a directory as it is found, in no order, however much that is. */
  async *walk(
    path: string,
    { signal, ...rest }: ListFilesOptions = {},
  ): AsyncGenerator<FileInfo, void, undefined> {
    const request = this.#request({ query: { path, ...rest } });
    for await (const line of this.#connection.lines("listFiles", request, { signal }))
      yield fromWire(line) as FileInfo;
  }

  /** What is at a path: a link itself, or with `follow` what it leads to. Throws `guest_file_not_found`. */
  getInfo(
    path: string,
    { signal, ...rest }: CallOptions & { readonly follow?: boolean | undefined } = {},
  ): Promise<FileInfo> {
    return this.#connection.call("getFileInfo", this.#request({ query: { path, ...rest } }), { signal });
  }

  /** Whether anything is at a path; a link that leads nowhere is something. */
  async exists(path: string, options: CallOptions = {}): Promise<boolean> {
    try {
      await this.getInfo(path, options);
      return true;
    } catch (error) {
      if (isForkdApiError(error) && error.code === "guest_file_not_found") return false;
      throw error;
    }
  }

  /** Makes a directory and those above it. False when it was there already. */
  async makeDir(path: string, { signal, ...rest }: MakeDirOptions = {}): Promise<boolean> {
    const request = this.#request({ body: { path, ...rest } });
    return (await this.#connection.call("makeDirectory", request, { signal })).created;
  }

  /** Moves a file or a directory; a file that is there is replaced, and directories above the new place are made. */
  rename(from: string, to: string, options: CallOptions = {}): Promise<FileInfo> {
    return this.#connection.call("moveFile", this.#request({ body: { from, to } }), options);
  }

  /**
   * Removes a file, a link itself, or an empty directory; with `recursive`, a directory with all that is in it. Links are
   * never followed.
   */
  async remove(
    path: string,
    { signal, ...rest }: CallOptions & { readonly recursive?: boolean | undefined } = {},
  ): Promise<void> {
    await this.#connection.call("removeFile", this.#request({ query: { path, ...rest } }), { signal });
  }

  /** Sets the permission bits, octal: `chmod("/srv/run", "0755")`. */
  chmod(path: string, mode: string, options: CallOptions = {}): Promise<FileInfo> {
    return this.#update({ path, mode }, options);
  }

  /** Sets the owner and the group, each by name or number. */
  chown(
    path: string,
    { signal, ...whose }: Pick<FileUpdate, "owner" | "group"> & CallOptions,
  ): Promise<FileInfo> {
    return this.#update({ path, ...whose }, { signal });
  }

  /**
   * What changes in a directory, from the first event on, `opened`: until the iteration ends, the signal aborts or the
   * directory goes away. With `recursive`, also below it: a directory that is new is watched at once, and what is in it is
   * told as created, some of it perhaps twice. After `overflow`, list what there is: events were lost.
   *
   * @example
   * for await (const event of sandbox.files.watchDir("/srv", { recursive: true }))
   *   if (event.type === "write") console.log(event.name);
   */
  watchDir(path: string, options?: WatchOptions): AsyncGenerator<FileChange, void, undefined>;
  /** The same, told to a listener from then on when this resolves, which is when all is watched that is there. */
  watchDir(path: string, onEvent: ChangeListener, options?: FollowFilesOptions): Promise<FileWatch>;
  watchDir(
    path: string,
    first: WatchOptions | ChangeListener = {},
    { onExit, signal, ...rest }: FollowFilesOptions = {},
  ): AsyncGenerator<FileChange, void, undefined> | Promise<FileWatch> {
    if (typeof first !== "function") return this.#watch(path, first);
    return startWatch((options) => this.#watch(path, { ...rest, ...options }), first, { signal, onExit });
  }

  async *#watch(
    path: string,
    { signal, ...rest }: WatchOptions,
  ): AsyncGenerator<FileChange, void, undefined> {
    const request = this.#request({ query: { path, ...rest } });
    for await (const line of this.#connection.lines("watchFiles", request, { signal }))
      yield fromWire(line) as FileChange;
  }

  /**
   * A directory with all that is in it, as a tar archive that the guest makes: whoever unpacks it must not trust its names
   * and links. Other file systems that are mounted in it are left out. Throws `guest_file_not_found`, `tar_failed`; what
   * breaks off, `sandbox_dead` and `sandbox_suspended` where that is why, else `daemon_lost`.
   */
  async readTar(path: string, options: CallOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    const request = this.#request({ query: { path } });
    return this.#explainEnd(await this.#connection.download("readDirectory", request, options), options);
  }

  /**
   * Unpacks a tar archive: a directory that is there gets what is in it, a new one appears when it is whole. All of it is
   * root's. Throws `tar_failed`.
   */
  async writeTar(path: string, archive: RawBody, options: CallOptions = {}): Promise<void> {
    await this.#connection.upload("writeDirectory", this.#request({ query: { path } }), archive, options);
  }

  #explainEnd({ body }: TransportReply, { signal }: CallOptions): AsyncIterable<Uint8Array> {
    return explainEnd(this.#connection, this.#sandbox.id, { body, signal });
  }

  #update(body: FileUpdate, options: CallOptions): Promise<FileInfo> {
    return this.#connection.call("updateFile", this.#request({ body }), options);
  }

  #request<Parts>(parts: Parts): { params: { id: string } } & Parts {
    return { params: { id: this.#sandbox.id }, ...parts };
  }
}
