import { connect } from "node:http2";
import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import { isForkdError } from "@forkd/contract";
import type { ForkdError } from "@forkd/contract";
import { Deadline } from "./deadline.ts";
import type { Bounds } from "./deadline.ts";
import { GuestTime } from "./guest-time.ts";
import { protocolError, unreachableError } from "./protocol-error.ts";
import { Transport } from "./transport.ts";

/** What a guest may send while nothing was asked of it: acknowledgements, and the rest of what was cancelled. */
const IDLE_BYTES = 1024 * 1024;

/** What a guest may send of one reply, and of all together, before we say that we took it. */
const STREAM_WINDOW_BYTES = 128 * 1024;
const CONNECTION_WINDOW_BYTES = 1024 * 1024;
const SETTINGS = {
  enablePush: false,
  initialWindowSize: STREAM_WINDOW_BYTES,
  maxFrameSize: 32 * 1024,
  maxHeaderListSize: 16_384,
} as const;
const MAX_HEADERS = 32;
/**
 * What Node may hold of one connection; past that it resets streams. Each of 1024 tunnels may have a write of 64 KiB
 * and a window under way.
 */
const MAX_MEMORY_MB = 256;

/**
 * One HTTP/2 connection to an agent. The first breach of the protocol, or loss of the stream, ends it for good:
 * all that is under way, and every later request, fails with that first error.
 */
export class AgentSession implements AsyncDisposable {
  /** What the deadlines of its requests go by. */
  readonly time = new GuestTime();
  readonly #transport: Transport;
  readonly #http: ClientHttp2Session;
  readonly #synced = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  #failure: ForkdError | undefined;
  #openRequests = 0;

  private constructor(stream: Duplex) {
    this.#transport = new Transport(stream, () => this.#synced.resolve());
    this.#transport.on("error", (error) => this.fail(asFailure(error)));
    this.#transport.once("close", () => this.#closed.resolve());
    this.#transport.allowance = IDLE_BYTES;
    this.#http = connect("http://agent", {
      createConnection: () => this.#transport,
      settings: SETTINGS,
      maxHeaderListPairs: MAX_HEADERS,
      maxReservedRemoteStreams: 0,
      maxSessionMemory: MAX_MEMORY_MB,
    });
    this.#http.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    this.#http.on("error", (error) => this.fail(asFailure(error)));
    this.#http.on("goaway", (code) => this.fail(protocolError(`it ended HTTP/2 with GOAWAY code ${code}`)));
    this.#http.once("close", () => this.fail(unreachableError("the connection was closed")));
    this.#synced.promise.catch(() => {
      // Whoever waits for the echo gets the error; when nobody does, the first request does.
    });
  }

  /**
   * Takes the stream over, and sends the resync line with the HTTP/2 preface right behind. Requests may follow at
   * once; their replies come after the echo.
   */
  static open(stream: Duplex): AgentSession {
    return new AgentSession(stream);
  }

  /** Settles when the connection is gone and the stream below it is closed. Never rejects. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get failure(): ForkdError | undefined {
    return this.#failure;
  }

  /** Waits for the echo of the resync line. A deadline or an abort ends the connection. */
  async waitForSync(bounds: Bounds): Promise<void> {
    using _deadline = new Deadline(bounds, this.time, (error) => this.fail(error));
    await this.#synced.promise;
  }

  /** Sends the headers of a request. Throws the error that the connection ended with. */
  request(headers: readonly string[], endStream: boolean): ClientHttp2Stream {
    if (this.#failure !== undefined) throw this.#failure;
    const stream = this.#http.request(headers, { endStream });
    this.#openRequests += 1;
    this.#transport.allowance = Infinity;
    stream.once("close", () => {
      this.#openRequests -= 1;
      if (this.#openRequests === 0) this.#transport.allowance = IDLE_BYTES;
    });
    return stream;
  }

  /** Ends the connection; only the first reason counts. */
  fail(error: ForkdError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#synced.reject(error);
    this.#http.destroy(error);
    this.#transport.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.fail(unreachableError("the connection was given up by the host"));
    await this.#closed.promise;
  }
}

/** What an error of the stream or of Node's HTTP/2 means. */
export function asFailure(error: Error): ForkdError {
  if (isForkdError(error)) return error;
  const code = "code" in error ? String(error.code) : "";
  return code.startsWith("ERR_HTTP2")
    ? protocolError(error.message, error)
    : unreachableError(error.message, error);
}
