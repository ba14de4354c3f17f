import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract as createExtractor } from "tar-stream";
import type { Extract } from "tar-stream";
import type { CallOptions } from "@forkd/core";
import { PackFormatError, asFormatError } from "../format/pack-format-error.ts";
import { createDecompressor } from "./zstd.ts";

type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

/** What a header takes, and what may follow a file to fill its last block. */
export const ARCHIVE_OVERHEAD_BYTES = 2 * 512;

/** One file of an archive. Its contents must be read to their end before the next one is asked for. */
export interface ArchiveEntry {
  readonly name: string;
  readonly sizeBytes: number;
  read(): AsyncGenerator<Buffer>;
}

/**
 * Reads a hostile `.tar.zst` from beginning to end: plain files alone, and never more bytes than were allowed.
 * Throws `PackFormatError` for what is not right in it, and whatever the source throws.
 */
export class ArchiveReader implements AsyncDisposable {
  readonly #tar: Extract = createExtractor();
  readonly #entries: AsyncIterator<Entry>;
  readonly #stop = new AbortController();
  readonly #reading: Promise<void>;
  #allowedBytes: number;
  #failure: unknown;

  constructor(source: AsyncIterable<Buffer>, allowedBytes: number, { signal }: CallOptions) {
    this.#allowedBytes = allowedBytes;
    this.#entries = this.#tar[Symbol.asyncIterator]();
    const decompressor = createDecompressor();
    this.#reading = pipeline(
      Readable.from(source, { objectMode: false }),
      decompressor,
      (chunks: AsyncIterable<Buffer>) => this.#count(chunks),
      this.#tar,
      { signal: AbortSignal.any([signal, this.#stop.signal]) },
    ).catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  /** Allows so many bytes more to come out of it. */
  allow(bytes: number): void {
    this.#allowedBytes += bytes;
  }

  /** The next file, or undefined at the end. */
  async next(): Promise<ArchiveEntry | undefined> {
    const next = await this.#explaining(() => this.#entries.next());
    if (next.done) return this.#end();
    const { header } = next.value;
    if (header.type !== "file") throw new PackFormatError(`${describe(header.name)} in it is no plain file`);
    const stream = next.value;
    return { name: header.name, sizeBytes: header.size ?? 0, read: () => this.#readEntry(stream) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }

  async #end(): Promise<undefined> {
    await this.#reading;
    if (this.#failure !== undefined) throw asFormatError(this.#failure);
    return undefined;
  }

  async *#readEntry(entry: Entry): AsyncGenerator<Buffer> {
    const chunks = entry[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    for (;;) {
      const next = await this.#explaining(() => chunks.next());
      if (next.done) return;
      yield next.value;
    }
  }

  async *#count(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#allowedBytes -= chunk.length;
      if (this.#allowedBytes < 0) throw new PackFormatError("there is more in it than it declares");
      yield chunk;
    }
  }

  /** What broke the stream says more than that it broke. */
  async #explaining<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      await this.#reading;
      throw asFormatError(this.#failure ?? error);
    }
  }
}

function describe(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
