import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { throwIfAborted } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { CHUNK_BYTES } from "./file-pages.ts";

const ZEROS = Buffer.alloc(CHUNK_BYTES);

/** The SHA-256 of a file that is told of in ascending order; what lies between is zeros. */
export class SparseHash {
  readonly #hash = createHash("sha256");
  readonly #signal: AbortSignal;
  #position = 0;

  constructor({ signal }: CallOptions) {
    this.#signal = signal;
  }

  async add(bytes: Buffer, position: number): Promise<void> {
    await this.#fillTo(position);
    this.#hash.update(bytes);
    this.#position += bytes.length;
  }

  /** The digest of a file of this size. */
  async finish(sizeBytes: number): Promise<string> {
    await this.#fillTo(sizeBytes);
    return this.#hash.digest("hex");
  }

  async #fillTo(position: number): Promise<void> {
    while (this.#position < position) {
      throwIfAborted(this.#signal, "computing digests");
      const length = Math.min(CHUNK_BYTES, position - this.#position);
      this.#hash.update(ZEROS.subarray(0, length));
      this.#position += length;
      // A hole of many gigabytes must not hold up everything else.
      await nextTurn();
    }
  }
}
