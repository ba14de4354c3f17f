import type { Duplex } from "node:stream";

/** What can be sent as a raw body. A stream is sent as it comes. */
export type RawBody = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface TransportRequest {
  readonly method: string;
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RawBody | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether a daemon may be started for it. */
  readonly needsDaemon: boolean;
}

export interface TransportReply {
  readonly status: number;
  /** The value of a header, whose name is in lower case. */
  readonly header: (name: string) => string | undefined;
  /** The body as it comes. Ending the iteration early drops the connection. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** A request for a bare connection. */
export type UpgradeRequest = Pick<TransportRequest, "path" | "headers" | "signal">;

/** The connection, from behind the daemon's answer on. */
export interface Upgraded {
  readonly stream: Duplex;
}

/**
 * Carries requests to one daemon. `send` rejects with `daemon_unreachable` when there is no connection, and with
 * `daemon_lost` when it is lost half-way, and so does the body; both reject with the signal's reason once it is aborted. Disposal closes idle
 * connections.
 */
export interface Transport extends AsyncDisposable {
  /** How people call it, for messages. */
  readonly address: string;
  send(request: TransportRequest): Promise<TransportReply>;
  /** Asks for a bare connection. An answer is the daemon's refusal. Only in Node. */
  upgrade(request: UpgradeRequest): Promise<Upgraded | TransportReply>;
}
