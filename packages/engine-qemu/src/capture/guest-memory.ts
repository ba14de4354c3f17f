import { readSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { PAGE_SIZE } from "@forkd/core";
import { readFully } from "@forkd/posix";
import { COPY_BUFFER_BYTES } from "./copy-workers.ts";
import type { CopyWorkers } from "./copy-workers.ts";
import { listPrivatePages, PAGEMAP_ENTRY_BYTES } from "./pagemap.ts";
import { parseGuestMapping } from "./process-maps.ts";
import type { PageSpan } from "./page-spans.ts";
import type { FileMapping } from "./process-maps.ts";

/** Reading less than this takes less time than having another thread do it. */
const SMALL_SPAN_PAGES = 16;

const isGone = (why: string): Error => new Error(`the memory of the VMM ${why}, for it is gone`);

/** The memory of a guest, read out of its VMM's process from outside. */
export class GuestMemory implements AsyncDisposable {
  readonly mapping: FileMapping;
  readonly #memory: FileHandle;
  readonly #pagemap: FileHandle;

  private constructor(mapping: FileMapping, memory: FileHandle, pagemap: FileHandle) {
    this.mapping = mapping;
    this.#memory = memory;
    this.#pagemap = pagemap;
  }

  static async open(pid: number, memoryBytes: number): Promise<GuestMemory> {
    const mapping = parseGuestMapping(await readFile(`/proc/${pid}/maps`, "latin1"), memoryBytes);
    if (!mapping) throw new Error(`process ${pid} maps no file of ${memoryBytes} bytes as guest memory`);
    if (!mapping.isPrivate) throw new Error("its memory is not a private mapping of a snapshot's");
    await using stack = new AsyncDisposableStack();
    const memory = stack.use(await open(`/proc/${pid}/mem`, "r"));
    const pagemap = stack.use(await open(`/proc/${pid}/pagemap`, "r"));
    stack.move();
    return new GuestMemory(mapping, memory, pagemap);
  }

  get pageCount(): number {
    return this.mapping.bytes / PAGE_SIZE;
  }

  /** The pages that the machine wrote itself, ascending. */
  async findPrivatePages(workers: CopyWorkers, signal: AbortSignal): Promise<Uint32Array> {
    const entriesPerRead = COPY_BUFFER_BYTES / PAGEMAP_ENTRY_BYTES;
    const found: number[][] = [];
    const firstEntry = this.mapping.start / PAGE_SIZE;
    await workers.run(steps(this.pageCount, entriesPerRead), signal, async (firstPage, buffer) => {
      const entries = Math.min(entriesPerRead, this.pageCount - firstPage);
      const part = buffer.subarray(0, entries * PAGEMAP_ENTRY_BYTES);
      await readFully(this.#pagemap, part, (firstEntry + firstPage) * PAGEMAP_ENTRY_BYTES, isGone);
      found[firstPage / entriesPerRead] = listPrivatePages(part, firstPage);
    });
    return Uint32Array.from(found.flat());
  }

  /** Reads a span into the beginning of `buffer`, and gives its length. */
  async readSpan({ firstPage, pageCount }: PageSpan, buffer: Buffer): Promise<number> {
    const at = this.mapping.start + firstPage * PAGE_SIZE;
    const bytes = buffer.subarray(0, pageCount * PAGE_SIZE);
    const done = pageCount <= SMALL_SPAN_PAGES ? readSync(this.#memory.fd, bytes, 0, bytes.length, at) : 0;
    await readFully(this.#memory, bytes.subarray(done), at + done, isGone);
    return bytes.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#memory.close(), this.#pagemap.close()]);
  }
}

/** The multiples of `step` below `end`. */
export function* steps(end: number, step: number): Generator<number> {
  for (let at = 0; at < end; at += step) yield at;
}
