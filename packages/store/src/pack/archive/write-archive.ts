import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { pack as createTar } from "tar-stream";
import type { Pack } from "tar-stream";
import type { CallOptions } from "@forkd/core";
import { createCompressor } from "./zstd.ts";

/** One file of an archive; `read` must give exactly `sizeBytes`. */
export interface ArchiveFile {
  readonly name: string;
  readonly sizeBytes: number;
  read(options: CallOptions): AsyncIterable<Buffer>;
}

/** Gives `write` a `.tar.zst` of these files in their order. The same files always give the same bytes. */
export async function writeArchive(
  files: readonly ArchiveFile[],
  write: (chunks: AsyncIterable<Buffer>) => Promise<void>,
  { signal }: CallOptions,
): Promise<void> {
  const tar = createTar();
  const stop = new AbortController();
  const options = { signal: AbortSignal.any([signal, stop.signal]) };
  const writing = pipeline(chunksOf(tar), createCompressor(), write, options);
  const filling = fill(tar, files, options);
  try {
    await Promise.all([writing, filling]);
  } finally {
    stop.abort();
    tar.destroy(null);
    await Promise.allSettled([writing, filling]);
  }
}

async function fill(tar: Pack, files: readonly ArchiveFile[], options: CallOptions): Promise<void> {
  for (const file of files) await addFile(tar, file, options);
  tar.finalize();
}

async function addFile(tar: Pack, file: ArchiveFile, options: CallOptions): Promise<void> {
  const header = {
    name: file.name,
    size: file.sizeBytes,
    mode: 0o400,
    uid: 0,
    gid: 0,
    mtime: new Date(0),
  };
  const added = Promise.withResolvers<void>();
  const sink = tar.entry(header, (error) => (error ? added.reject(error) : added.resolve()));
  // It may fail while somebody waits for something else.
  added.promise.catch(() => {});
  for await (const chunk of file.read(options)) if (!sink.write(chunk)) await once(sink, "drain", options);
  sink.end(undefined);
  await added.promise;
}

/** Node takes the stream of tar-stream, which is not one of its own, as an iterable alone. */
async function* chunksOf(tar: Pack): AsyncGenerator<Buffer> {
  for await (const chunk of tar) yield chunk as Buffer;
}
