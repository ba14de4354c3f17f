import { constants } from "node:http2";
import type { ClientHttp2Stream, IncomingHttpHeaders, IncomingHttpStatusHeader } from "node:http2";
import { ForkdError } from "@forkd/contract";
import { Deadline, throwIfCancelled } from "./deadline.ts";
import type { Bounds } from "./deadline.ts";
import { protocolError, unreachableError } from "./protocol-error.ts";
import { asFailure } from "./session.ts";
import type { AgentSession } from "./session.ts";

/** One request to the agent, and what ends it early. */
export interface AgentRequest extends Bounds {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "CONNECT";
  /** Of a CONNECT, where it goes. */
  readonly path: string;
  /** What is sent as JSON, or `stream` for what {@link Exchange.write} sends. */
  readonly body?: object | "stream" | undefined;
}

export type ReplyHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

const JSON_HEADERS = ["content-type", "application/json"];

/**
 * One request and its reply, both pulled: what nobody reads stays within the HTTP/2 window, and the guest waits.
 * Disposal resets the stream unless all of it has gone both ways.
 */
export class Exchange implements Disposable {
  readonly #session: AgentSession;
  readonly #request: AgentRequest;
  readonly #stream: ClientHttp2Stream;
  #deadline: Deadline;
  #headers: ReplyHeaders | undefined;
  #ended = false;
  #failure: ForkdError | undefined;
  #waiters: (() => void)[] = [];
  #isTaken = false;

  /** Sends a request. Throws `cancelled`, or the error that the connection ended with. */
  static open(session: AgentSession, request: AgentRequest): Exchange {
    throwIfCancelled(request);
    return new Exchange(session, request);
  }

  private constructor(session: AgentSession, request: AgentRequest) {
    this.#session = session;
    this.#request = request;
    this.#stream = sendRequest(session, request);
    this.#deadline = new Deadline(request, session.time, (error) => this.#fail(error));
    this.#stream.on("response", (headers) => {
      this.#headers = headers;
      this.#wake();
    });
    this.#stream.on("readable", this.#wake);
    this.#stream.on("drain", this.#wake);
    this.#stream.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
    this.#stream.on("error", (error: Error) => this.#lose(error));
    this.#stream.on("close", () => this.#lose());
  }

  /** Names the request in errors. */
  get request(): string {
    return this.#request.request;
  }

  /** Whether the guest has answered, or never will: there is no point in sending more. */
  get settled(): boolean {
    return this.#headers !== undefined || this.#ended || this.#failure !== undefined;
  }

  /** The status and headers of the reply. */
  async response(): Promise<ReplyHeaders> {
    while (this.#headers === undefined) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#stream.closed) throw this.breach("was not answered: its stream ended without a reply");
      await this.#waitForGuest();
    }
    return this.#headers;
  }

  /** The next bytes of the reply's body, or null at its end. */
  async next(): Promise<Buffer | null> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const chunk = this.#stream.read() as Buffer | null;
      if (chunk !== null) return chunk;
      if (this.#ended) return null;
      await this.#waitForGuest();
    }
  }

  /** Sends a part of the body, and waits until the guest takes more. Returns early when {@link settled}. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.settled || this.#stream.write(chunk)) return;
    while (this.#stream.writableNeedDrain && !this.settled) await this.#waitForGuest();
  }

  /** Gives the stream away, with what has come of it: to be used and ended by whoever has it. */
  takeStream(): ClientHttp2Stream {
    if (this.#failure !== undefined) throw this.#failure;
    this.#isTaken = true;
    this.#deadline[Symbol.dispose]();
    this.#stream.off("readable", this.#wake);
    return this.#stream;
  }

  endWriting(): void {
    this.#stream.end();
  }

  /** Waits until {@link settled} while something else is being waited for as well. */
  async untilSettled(): Promise<void> {
    while (!this.settled) await this.#wait();
  }

  /** From now on the guest has only so long, whatever it had before. */
  limitWait(timeoutMs: number): void {
    this.#deadline[Symbol.dispose]();
    const bounds = { ...this.#request, timeoutMs, stallMs: undefined };
    this.#deadline = new Deadline(bounds, this.#session.time, (error) => this.#fail(error));
  }

  /** The connection ends, because of what the guest did with this request. */
  breach(why: string, cause?: unknown): ForkdError {
    const error = protocolError(`${this.request} ${why}`, cause);
    this.#session.fail(error);
    return error;
  }

  [Symbol.dispose](): void {
    if (this.#isTaken) return;
    this.#deadline[Symbol.dispose]();
    if (this.#ended && this.#stream.writableFinished) return;
    this.#failure ??= new ForkdError("cancelled", { stage: `reading the reply to ${this.request}` });
    if (this.#stream.writableEnded) this.#stream.close(constants.NGHTTP2_CANCEL);
    // `close` would first end a body that is half sent, and the guest would take the half for the whole.
    else this.#stream.destroy(this.#failure);
    this.#wake();
  }

  async #waitForGuest(): Promise<void> {
    this.#deadline.wait();
    await this.#wait();
    this.#deadline.rest();
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  readonly #wake = (): void => {
    const waiters = this.#waiters;
    if (waiters.length === 0) return;
    this.#waiters = [];
    for (const wake of waiters) wake();
  };

  #lose(error?: Error): void {
    if (this.#isTaken || this.#ended || this.#failure !== undefined) return;
    const lost = this.#session.failure;
    if (lost !== undefined) return this.#fail(lost);
    const { rstCode } = this.#stream;
    if (error !== undefined && !isStreamReset(error)) return this.#fail(asFailure(error));
    if (rstCode === constants.NGHTTP2_INTERNAL_ERROR) return this.#fail(brokenOffError(this.request));
    if (rstCode === constants.NGHTTP2_ENHANCE_YOUR_CALM) return this.#fail(tooMuchError(this.request));
    this.#fail(protocolError(`${this.request} was reset with code ${rstCode}`, error));
  }

  #fail(error: ForkdError): void {
    this.#failure = error;
    if (error.code === "agent_protocol") this.#session.fail(error);
    this[Symbol.dispose]();
  }
}

function isStreamReset(error: Error): boolean {
  return "code" in error && error.code === "ERR_HTTP2_STREAM_ERROR";
}

/** What an honest agent does when it cannot go on with a reply: a file that it sends was cut short, say. */
function brokenOffError(request: string): ForkdError {
  const why = "the agent broke off in the middle of its reply";
  return new ForkdError("guest_refused", { request, code: "internal", why });
}

/** What Node does to a request for which the connection's memory has no room, and to one whose reply has too many headers. */
function tooMuchError(request: string): ForkdError {
  const why = "too much is under way on the agent's connection, or the head of its reply is too large";
  return new ForkdError("guest_refused", { request, code: "enhance_your_calm", why });
}

function sendRequest(session: AgentSession, request: AgentRequest): ClientHttp2Stream {
  const { method, path, body } = request;
  const headers = [":method", method, method === "CONNECT" ? ":authority" : ":path", path];
  const json = typeof body === "object" ? JSON.stringify(body) : undefined;
  if (json !== undefined) headers.push(...JSON_HEADERS);
  try {
    const stream = session.request(headers, body === undefined);
    if (json !== undefined) stream.end(json);
    return stream;
  } catch (error) {
    throw session.failure ?? unreachableError(`${request.request} could not be sent`, error);
  }
}
