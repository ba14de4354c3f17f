import { createHash } from "node:crypto";
import { closeSync, constants, ftruncateSync, openSync, writeSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { ForkdError, reasonOf } from "@forkd/contract";
import type { AuditFacts, AuditTrail, CallOptions } from "@forkd/core";
import { readLines } from "./read-lines.ts";
import { listSegments, segmentOf } from "./segments.ts";
import type { Segment } from "./segments.ts";

/** What the first line of all follows. */
export const NOTHING_BEFORE = "0".repeat(64);
const SEGMENT_LIMIT_BYTES = 16 * 1024 * 1024;
const DAEMON: AuditFacts = {
  stage: "opened",
  who: "daemon",
  from: null,
  request_id: null,
  operation: "serve",
  object: null,
  path: null,
  asked: null,
  code: null,
  made: [],
};

export interface AuditOptions {
  readonly directory: string;
  /** Whether a line is on the disk before anything is done, and not only with the kernel. */
  readonly isSynced?: boolean;
  /** How large a file grows. */
  readonly limitBytes?: number;
}

/** A line that was written. */
export interface AuditHead {
  readonly seq: number;
  readonly sha256: string;
}

interface Place {
  readonly segment: Segment;
  /** Of whole lines. */
  readonly sizeBytes: number;
  readonly head: AuditHead;
}

/**
 * Appends lines to files, each with the digest of the one before. Nothing else writes there while the data directory is
 * locked. A line is written at once, in the order of what is asked for, and is in its file before anything is done.
 */
export class AuditLog implements AuditTrail, Disposable {
  readonly #options: AuditOptions;
  #fd: number;
  #sizeBytes: number;
  #head: AuditHead;
  /** Whether there may be a part of a line at the end, of one that could not be written. */
  #isTorn = true;
  /** Those who wait for the next line. */
  readonly #waiting = new Set<() => void>();

  /** Goes on behind what is there. Part of a line was never written as far as anybody was told, and is cut off. */
  static async open(options: AuditOptions): Promise<AuditLog> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const log = new AuditLog(options, await findEnd(options.directory));
    log.record(DAEMON);
    return log;
  }

  private constructor(options: AuditOptions, { segment, sizeBytes, head }: Place) {
    this.#options = options;
    this.#fd = this.#openFile(segment);
    this.#sizeBytes = sizeBytes;
    this.#head = head;
  }

  get head(): AuditHead {
    return this.#head;
  }

  record(facts: AuditFacts): number {
    try {
      return this.#append(facts);
    } catch (error) {
      const { directory } = this.#options;
      throw new ForkdError("audit_failed", { directory, why: reasonOf(error) }, { cause: error });
    }
  }

  /** Settles once there is a line behind that one, or nobody wants to know any more. */
  async waitBehind(seq: number, { signal }: CallOptions): Promise<void> {
    if (this.#head.seq > seq || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#waiting.add(wake);
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    this.#waiting.delete(wake);
    signal.removeEventListener("abort", wake);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #append(facts: AuditFacts): number {
    const seq = this.#head.seq + 1;
    const entry = { seq, at_unix_ms: Date.now(), ...facts, prev: this.#head.sha256 };
    const line = JSON.stringify(entry);
    const bytes = Buffer.from(`${line}\n`);
    if (
      this.#sizeBytes > 0 &&
      this.#sizeBytes + bytes.length > (this.#options.limitBytes ?? SEGMENT_LIMIT_BYTES)
    )
      this.#goOnIn(segmentOf(this.#options.directory, seq));
    this.#write(bytes);
    this.#head = { seq, sha256: digestOf(line) };
    for (const wake of this.#waiting) wake();
    return seq;
  }

  #write(bytes: Buffer): void {
    if (this.#isTorn) ftruncateSync(this.#fd, this.#sizeBytes);
    this.#isTorn = true;
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
    this.#isTorn = false;
    this.#sizeBytes += bytes.length;
  }

  #goOnIn(segment: Segment): void {
    const fd = this.#openFile(segment);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#sizeBytes = 0;
    this.#isTorn = true;
  }

  #openFile({ path }: Segment): number {
    const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW, O_DSYNC } = constants;
    const flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | (this.#options.isSynced ? O_DSYNC : 0);
    return openSync(path, flags, 0o600);
  }
}

export function digestOf(line: string | Buffer): string {
  return createHash("sha256").update(line).digest("hex");
}

/** Where the next line goes. A last file may be new, so that what it goes on from is in one before. */
async function findEnd(directory: string): Promise<Place> {
  const segments = await listSegments(directory);
  const segment = segments.at(-1) ?? segmentOf(directory, 1);
  for (const each of segments.toReversed()) {
    const { lines, sizeBytes, last } = await measure(each);
    if (last === undefined) continue;
    const head = { seq: each.firstSeq + lines - 1, sha256: digestOf(last) };
    return { segment, sizeBytes: each === segment ? sizeBytes : 0, head };
  }
  return { segment, sizeBytes: 0, head: { seq: segment.firstSeq - 1, sha256: NOTHING_BEFORE } };
}

async function measure({ path }: Segment) {
  let lines = 0;
  let sizeBytes = 0;
  let last: Buffer | undefined;
  for await (const line of readLines(path)) {
    lines += 1;
    sizeBytes += line.length + 1;
    last = line;
  }
  return { lines, sizeBytes, last };
}
