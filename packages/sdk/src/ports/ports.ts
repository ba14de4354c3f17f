import type { PortInfo } from "../api.gen.ts";
import type { Connection } from "../connection.ts";
import type { CallOptions } from "../options.ts";

/** The TCP ports of one sandbox. */
export class Ports {
  readonly #connection: Connection;
  readonly #sandbox: { readonly id: string };

  constructor(connection: Connection, sandbox: { readonly id: string }) {
    this.#connection = connection;
    this.#sandbox = sandbox;
  }

  /** What programs of the guest listen on, with the process that does. */
  list(options: CallOptions = {}): Promise<readonly PortInfo[]> {
    return this.#connection.call("listPorts", { params: { id: this.#sandbox.id } }, options);
  }
}
