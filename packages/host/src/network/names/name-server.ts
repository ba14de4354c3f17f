import type { RemoteInfo, Socket } from "node:dgram";
import type { CallOptions } from "@forkd/core";
import { SERVER_FAILURE, readQuery, writeAnswer } from "./dns-message.ts";
import type { DnsAnswer, DnsQuery } from "./dns-message.ts";

/** How many questions of a guest are under way at once; it asks again for those that are dropped. */
const MAX_UNDER_WAY = 64;

export interface NameServerOptions {
  /** As bytes, where it is another name server's. */
  readonly answer: (query: DnsQuery, options: CallOptions) => Promise<DnsAnswer | Buffer>;
  /** Told of what first went wrong, and not of each question that did: a guest asks as often as it likes. */
  readonly onError: (error: unknown) => void;
}

/** Answers what a guest asks, at a socket that becomes its own. Keeps no process alive; disposal closes it. */
export class NameServer implements Disposable {
  readonly #socket: Socket;
  readonly #options: NameServerOptions;
  readonly #closing = new AbortController();
  #underWay = 0;
  #hasComplained = false;

  constructor(socket: Socket, options: NameServerOptions) {
    this.#socket = socket.unref();
    this.#options = options;
    socket.on("message", (message, from) => void this.#serve(message, from));
    socket.on("error", (error) => this.#complain(error));
  }

  get port(): number {
    return this.#socket.address().port;
  }

  [Symbol.dispose](): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#socket.close();
  }

  async #serve(message: Buffer, from: RemoteInfo): Promise<void> {
    const query = readQuery(message);
    if (!query || this.#underWay >= MAX_UNDER_WAY) return;
    this.#underWay += 1;
    try {
      const answer = await this.#answer(query);
      if (this.#closing.signal.aborted) return;
      // Whoever asked may be gone.
      const bytes = Buffer.isBuffer(answer) ? answer : writeAnswer(query, answer);
      this.#socket.send(bytes, from.port, from.address, () => {});
    } finally {
      this.#underWay -= 1;
    }
  }

  async #answer(query: DnsQuery): Promise<DnsAnswer | Buffer> {
    try {
      return await this.#options.answer(query, this.#closing);
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#complain(error);
      return { code: SERVER_FAILURE, addresses: [] };
    }
  }

  #complain(error: unknown): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    this.#options.onError(error);
  }
}
