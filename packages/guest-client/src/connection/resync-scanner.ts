import { randomBytes } from "node:crypto";
import { protocolError } from "./protocol-error.ts";

const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

/** A nonce that no output of an earlier conversation can hold: 32 lower-case hex digits. */
export const createNonce = (): string => randomBytes(16).toString("hex");

/** What the host sends to begin a connection. */
export const resyncLine = (nonce: string): Buffer => Buffer.from(`\nFORKD-RESYNC/1 ${nonce}\n`, "latin1");

/** What the agent answers, behind the rest of whatever it was sending before. */
export const syncedLine = (nonce: string): Buffer => Buffer.from(`\nFORKD-SYNCED/1 ${nonce}\n`, "latin1");

/** Discards bytes until the agent's echo of one nonce, at a cost linear in their number. */
export class ResyncScanner {
  readonly #echo: Buffer;
  readonly #maxDiscardedBytes: number;
  /** The last bytes seen, one fewer than the echo has: it may have begun in them. */
  #tail: Buffer = Buffer.alloc(0);
  #discardedBytes = 0;

  constructor(nonce: string, maxDiscardedBytes = MAX_DISCARDED_BYTES) {
    this.#echo = syncedLine(nonce);
    this.#maxDiscardedBytes = maxDiscardedBytes;
  }

  /** What follows the echo, once it was seen; until then undefined. Throws `agent_protocol` past 64 MiB. */
  push(chunk: Buffer): Buffer | undefined {
    const overlap = this.#echo.length - 1;
    const seam = Buffer.concat([this.#tail, chunk.subarray(0, overlap)]);
    const inSeam = seam.indexOf(this.#echo);
    if (inSeam !== -1) return chunk.subarray(inSeam + this.#echo.length - this.#tail.length);
    const inChunk = chunk.indexOf(this.#echo);
    if (inChunk !== -1) return chunk.subarray(inChunk + this.#echo.length);

    this.#discardedBytes += chunk.length;
    if (this.#discardedBytes > this.#maxDiscardedBytes) {
      throw protocolError(`${this.#discardedBytes} bytes came, and no echo of the resync line among them`);
    }
    const end = chunk.length < overlap ? seam : chunk;
    this.#tail = Buffer.from(end.subarray(Math.max(0, end.length - overlap)));
    return undefined;
  }
}
