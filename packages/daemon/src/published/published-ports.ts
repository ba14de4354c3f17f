import type { Duplex } from "node:stream";
import type { SandboxId } from "@forkd/contract";
import type { CallOptions, PortOrder, PortPublisher, PublishedPort } from "@forkd/core";
import { openListener } from "./port-listener.ts";

type Connect = (
  order: { readonly id: SandboxId; readonly port: number },
  options: CallOptions,
) => Promise<Duplex>;

/** The published ports of all sandboxes. Disposal ends them; the next daemon opens them again. */
export class PublishedPorts implements PortPublisher, AsyncDisposable {
  readonly #connect: Connect;
  readonly #open = new Map<SandboxId, AsyncDisposable>();

  /** `connect` gives a connection to a port of a sandbox. */
  constructor(connect: Connect) {
    this.#connect = connect;
  }

  async open(id: SandboxId, orders: readonly PortOrder[]): Promise<readonly PublishedPort[]> {
    await using stack = new AsyncDisposableStack();
    const published: PublishedPort[] = [];
    for (const { port, hostPort } of orders) {
      const connect = (options: CallOptions): Promise<Duplex> => this.#connect({ id, port }, options);
      const listener = stack.use(await openListener(hostPort, connect));
      published.push({ port, hostPort: listener.hostPort });
    }
    if (published.length > 0) this.#open.set(id, stack.move());
    return published;
  }

  async close(id: SandboxId): Promise<void> {
    const listeners = this.#open.get(id);
    this.#open.delete(id);
    await listeners?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.close(id)));
  }
}
