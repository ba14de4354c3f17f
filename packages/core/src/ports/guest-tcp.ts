import type { Duplex } from "node:stream";
import type { CallOptions } from "./options.ts";

/** A TCP socket of the guest that takes connections. */
export interface GuestListener {
  readonly port: number;
  /** What it is bound to: `127.0.0.1`, `::`. */
  readonly address: string;
  /** Null when no process was found that has it. */
  readonly pid: number | null;
  readonly command: string | null;
}

export interface TunnelOptions extends CallOptions {
  /** Gives what the connection's owner is to see in the place of what it broke of. Never rejects. */
  readonly explain?: ((error: Error) => Promise<Error>) | undefined;
}

/** The TCP ports that programs of the guest listen on. All of these throw `agent_outdated` of an older agent. */
export interface GuestTcp {
  /** At most 1024. */
  listListeners(options: CallOptions): Promise<GuestListener[]>;
  /** Settles when something listens on a port of the loopback interface. It takes no connection to tell. */
  waitForPort(port: number, options: CallOptions): Promise<void>;
  /**
   * A connection to a port of the loopback interface, each way with an end of its own. One that breaks fails at both
   * ends. Throws `port_refused`, `port_timeout`.
   */
  connectToPort(port: number, options: TunnelOptions): Promise<Duplex>;
}
