import { protocolError } from "../connection/protocol-error.ts";

const HEADER_BYTES = 5;

/** What a frame of a streamed evaluation has, and how long it may be. */
const KINDS = {
  1: { kind: "stdout", maxBytes: 65_536 },
  2: { kind: "stderr", maxBytes: 65_536 },
  3: { kind: "end", maxBytes: 24 * 1024 * 1024 },
  4: { kind: "result", maxBytes: 16 * 1024 * 1024 },
} as const;

export interface EvalFrame {
  readonly kind: (typeof KINDS)[keyof typeof KINDS]["kind"];
  readonly payload: Buffer;
}

/** Cuts the bytes of a streamed evaluation into frames. Throws `agent_protocol`; it is of no use after that. */
export class EvalFrameParser {
  /** What has come of it; pieces of any size are copied together, since each that is kept costs more than its bytes. */
  #buffer = Buffer.alloc(0);
  #bytes = 0;
  /** How many bytes the frame has that is coming in, once its header is there. */
  #wanted = HEADER_BYTES;
  #kind: (typeof KINDS)[keyof typeof KINDS] | undefined;

  *push(chunk: Buffer): Generator<EvalFrame> {
    let rest = chunk;
    while (rest.length > 0 || this.#wanted === 0) {
      const part = rest.subarray(0, this.#wanted - this.#bytes);
      rest = rest.subarray(part.length);
      this.#append(part);
      if (this.#bytes < this.#wanted) return;
      const whole = this.#buffer.subarray(0, this.#bytes);
      [this.#buffer, this.#bytes] = [Buffer.alloc(0), 0];
      if (this.#kind === undefined) this.#takeHeader(whole);
      else yield this.#finish(whole, this.#kind.kind);
    }
  }

  #append(part: Buffer): void {
    const needed = this.#bytes + part.length;
    if (needed > this.#buffer.length)
      this.#buffer = Buffer.concat(
        [this.#buffer.subarray(0, this.#bytes)],
        Math.min(this.#wanted, 2 * needed),
      );
    this.#bytes += part.copy(this.#buffer, this.#bytes);
  }

  #takeHeader(header: Buffer): void {
    const [type, length] = [header.readUInt8(0), header.readUInt32BE(1)];
    const known = Object.hasOwn(KINDS, type) ? KINDS[type as keyof typeof KINDS] : undefined;
    if (known === undefined) throw protocolError(`a frame has the unknown type ${type}`);
    if (length > known.maxBytes) throw protocolError(`a frame of ${length} bytes is over ${known.maxBytes}`);
    this.#kind = known;
    this.#wanted = length;
  }

  #finish(payload: Buffer, kind: EvalFrame["kind"]): EvalFrame {
    this.#kind = undefined;
    this.#wanted = HEADER_BYTES;
    return { kind, payload };
  }
}
