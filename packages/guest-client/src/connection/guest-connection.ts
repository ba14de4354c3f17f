import type { ClientHttp2Stream } from "node:http2";
import { Duplex } from "node:stream";
import { isForkdError } from "@forkd/contract";

type Callback = (error?: Error | null) => void;

/** Of what is written at once, so that a long write is not all held by HTTP/2, which has bounds for all streams together. */
const PART_BYTES = 65_536;

/**
 * A connection that an HTTP/2 stream carries. Its owner sees an ordinary stream: one that closes when both of its ways
 * have ended, and fails with `ECONNRESET` when the guest breaks it off. The stream below is given nothing but buffers:
 * Node sends other memory in the place of text that is written to it together with them.
 */
export class GuestConnection extends Duplex {
  readonly #stream: ClientHttp2Stream;
  readonly #explain: (error: Error) => Promise<Error>;

  /** It fails with what `explain` makes of what it broke of. */
  constructor(stream: ClientHttp2Stream, explain = async (error: Error) => error) {
    super();
    this.#stream = stream;
    this.#explain = explain;
    // A guest must not end us by breaking off what nobody listens to just then.
    this.on("error", () => {});
    stream.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) stream.pause();
    });
    stream.on("end", () => this.push(null));
    stream.on("error", (error) => this.destroy(isForkdError(error) ? error : brokenOff(error)));
    stream.on("close", () => {
      if (!stream.readableEnded || !this.writableEnded) this.destroy(brokenOff());
    });
  }

  override _read(): void {
    this.#stream.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Callback): void {
    this.#writeParts(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Callback): void {
    this.#writeParts(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: Callback): void {
    this.#stream.end();
    done();
  }

  override _destroy(error: Error | null, done: Callback): void {
    const isWhole = error === null && this.readableEnded && this.writableFinished;
    if (!isWhole) this.#stream.destroy(error ?? brokenOff());
    if (error === null) done(null);
    else void this.#fail(error, done);
  }

  async #fail(error: Error, done: Callback): Promise<void> {
    done(await this.#explain(error));
  }

  #writeParts(bytes: Buffer, done: Callback): void {
    if (bytes.length <= PART_BYTES) return void this.#stream.write(bytes, done);
    this.#stream.write(bytes.subarray(0, PART_BYTES), (error) => {
      if (error) done(error);
      else this.#writeParts(bytes.subarray(PART_BYTES), done);
    });
  }
}

function brokenOff(cause?: unknown): Error {
  const error = new Error("the program in the guest broke the connection off", { cause });
  return Object.assign(error, { code: "ECONNRESET" });
}
