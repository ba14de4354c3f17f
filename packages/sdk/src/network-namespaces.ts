import type { NetnsInfo } from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions } from "./options.ts";

/** Network namespaces of the daemon's host, for sandboxes in the mode `netns`. */
export class NetworkNamespaces {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Those that sandboxes have, and those that wait for one. */
  list(options: CallOptions = {}): Promise<readonly NetnsInfo[]> {
    return this.#connection.call("listNetns", {}, options);
  }

  /**
   * Has so many ready, until the daemon ends, and gives all that are there. Throws `requirement_missing`.
   *
   * @example await forkd.netns.setUp(50);
   */
  setUp(count: number, options: CallOptions = {}): Promise<readonly NetnsInfo[]> {
    return this.#connection.call("setUpNetns", { body: { count } }, options);
  }
}
