import { Duplex } from "node:stream";
import { protocolError, unreachableError } from "./protocol-error.ts";
import { ResyncScanner, createNonce, resyncLine } from "./resync-scanner.ts";

type Callback = (error?: Error | null) => void;

/**
 * The byte stream below HTTP/2. The resync line travels in front of the first bytes that are written, in one packet
 * with them: the agent discards what comes before the line and takes what follows for HTTP/2, so nothing needs to
 * wait for its echo. What the guest sends before the echo is discarded.
 *
 * It owns the stream that it is made of: both are destroyed together, and `close` comes when both are closed.
 */
export class Transport extends Duplex {
  readonly #stream: Duplex;
  readonly #onSynced: () => void;
  #greeting: Buffer | undefined;
  #scanner: ResyncScanner | undefined;
  /** How many bytes the guest may still send, once it has echoed, until the owner sets this anew. */
  allowance = Infinity;

  constructor(stream: Duplex, onSynced: () => void) {
    super({ allowHalfOpen: false });
    const nonce = createNonce();
    this.#stream = stream;
    this.#onSynced = onSynced;
    this.#greeting = resyncLine(nonce);
    this.#scanner = new ResyncScanner(nonce);
    stream.on("data", (chunk: Buffer) => this.#receive(chunk));
    stream.on("error", (error) => this.destroy(unreachableError(error.message, error)));
    stream.once("end", () => this.destroy(unreachableError("the guest's end of the connection was closed")));
    stream.once("close", () => this.destroy(unreachableError("the connection was closed")));
  }

  override _read(): void {
    this.#stream.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Callback): void {
    this.#send(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Callback): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _destroy(error: Error | null, done: Callback): void {
    if (this.#stream.closed) return done(error);
    this.#stream.once("close", () => done(error));
    this.#stream.destroy();
  }

  #send(chunk: Buffer, done: Callback): void {
    const bytes = this.#greeting === undefined ? chunk : Buffer.concat([this.#greeting, chunk]);
    this.#greeting = undefined;
    this.#stream.write(bytes, done);
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#scanner === undefined ? chunk : this.#discard(this.#scanner, chunk);
    if (bytes === undefined || bytes.length === 0) return;
    this.allowance -= bytes.length;
    if (this.allowance < 0) this.destroy(protocolError("it keeps sending though nothing was asked of it"));
    else if (!this.push(bytes)) this.#stream.pause();
  }

  #discard(scanner: ResyncScanner, chunk: Buffer): Buffer | undefined {
    try {
      const rest = scanner.push(chunk);
      if (rest === undefined) return undefined;
      this.#scanner = undefined;
      this.#onSynced();
      return rest;
    } catch (error) {
      this.destroy(error as Error);
      return undefined;
    }
  }
}
