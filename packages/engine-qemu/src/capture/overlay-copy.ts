import { open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { PAGE_SIZE } from "@forkd/core";
import { cloneFile, readUpTo, writeFully } from "@forkd/posix";
import { CopyWorkers, COPY_BUFFER_BYTES } from "./copy-workers.ts";
import { steps } from "./guest-memory.ts";
import { rangesOf } from "./zero-pages.ts";

/** Times of files advance in steps of the kernel's tick, which is 10 ms at most; with a margin. */
const TICK_NS = 50_000_000n;

interface FileVersion {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/**
 * A copy of a machine's overlay. Most of it is made while the machine runs; what it wrote meanwhile, when it stands
 * still. On a file system that shares extents, the copy is made at once.
 */
export class OverlayCopy implements AsyncDisposable {
  readonly #sourcePath: string;
  readonly #targetPath: string;
  readonly #source: FileHandle;
  readonly #workers = new CopyWorkers();
  #target: FileHandle | undefined;
  #bytes = 0;
  /** The version that was copied, if the file was at rest when its copy began. */
  #copied: FileVersion | undefined;

  private constructor(sourcePath: string, targetPath: string, source: FileHandle) {
    this.#sourcePath = sourcePath;
    this.#targetPath = targetPath;
    this.#source = source;
  }

  /** The copy's size. */
  get bytes(): number {
    return this.#bytes;
  }

  static async open(sourcePath: string, targetPath: string): Promise<OverlayCopy> {
    return new OverlayCopy(sourcePath, targetPath, await open(sourcePath, "r"));
  }

  /** Copies ahead, while the machine runs. */
  async begin(signal: AbortSignal): Promise<void> {
    if (await cloneFile(this.#sourcePath, this.#targetPath)) return;
    this.#target = await open(this.#targetPath, "wx+", 0o600);
    const startedAt = BigInt(Date.now()) * 1_000_000n;
    const version = await this.#readVersion();
    const isAtRest = version.mtimeNs + TICK_NS < startedAt && version.ctimeNs + TICK_NS < startedAt;
    this.#copied = isAtRest ? version : undefined;
    await this.#update(this.#target, signal);
  }

  /** Whether the overlay is still as it was when its copy began, so that the copy is of every instant since. */
  async isCurrent(): Promise<boolean> {
    if (!this.#copied) return false;
    const { size, mtimeNs, ctimeNs } = await this.#readVersion();
    return size === this.#copied.size && mtimeNs === this.#copied.mtimeNs && ctimeNs === this.#copied.ctimeNs;
  }

  /** Makes the copy what the overlay is now. The machine must stand still. */
  async finish(signal: AbortSignal): Promise<void> {
    if (this.#target === undefined) {
      await rm(this.#targetPath);
      if (!(await cloneFile(this.#sourcePath, this.#targetPath)))
        throw new Error(`${this.#sourcePath} cannot be cloned any more`);
    } else if (!(await this.isCurrent())) {
      await this.#update(this.#target, signal);
    }
    this.#bytes = Number((await this.#readVersion()).size);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#source.close(), this.#target?.close()]);
  }

  async #readVersion(): Promise<FileVersion> {
    return this.#source.stat({ bigint: true });
  }

  /** Writes what differs; holes stay holes. */
  async #update(target: FileHandle, signal: AbortSignal): Promise<void> {
    const size = Number((await this.#readVersion()).size);
    this.#bytes = size;
    await target.truncate(size);
    await this.#workers.run(steps(size, COPY_BUFFER_BYTES / 2), signal, async (position, buffer) => {
      const [fresh, old] = [
        buffer.subarray(0, COPY_BUFFER_BYTES / 2),
        buffer.subarray(COPY_BUFFER_BYTES / 2),
      ];
      const bytes = await readPadded(this.#source, fresh, position);
      await readPadded(target, old, position);
      for (const { from, to } of rangesOf(Math.ceil(bytes / PAGE_SIZE), (page) =>
        differs(fresh, old, page),
      )) {
        const end = Math.min(to * PAGE_SIZE, bytes);
        await writeFully(target, fresh.subarray(from * PAGE_SIZE, end), position + from * PAGE_SIZE);
      }
    });
  }
}

/** Fills a buffer from a place in a file, with zeros beyond its end, and gives how many bytes the file had. */
async function readPadded(file: FileHandle, buffer: Buffer, position: number): Promise<number> {
  const done = await readUpTo(file, buffer, position);
  buffer.fill(0, done);
  return done;
}

function differs(fresh: Buffer, old: Buffer, page: number): boolean {
  const [from, to] = [page * PAGE_SIZE, (page + 1) * PAGE_SIZE];
  return fresh.compare(old, from, to, from, to) !== 0;
}
