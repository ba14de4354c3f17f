import type { Machine } from "../ports/engine.ts";
import type { GuestAgent, GuestConnector } from "../ports/guest.ts";
import type { GuestNetwork } from "../ports/network.ts";
import type { MachineLogs } from "../ports/machines.ts";
import type { PortPublisher } from "../ports/published-ports.ts";
import type { CallOptions } from "../ports/options.ts";
import { orCancelled, withTimeout } from "../concurrency/abort.ts";

export interface AgentLinkPorts {
  readonly connector: GuestConnector;
  readonly logs: MachineLogs;
  /** Ends what is published of a machine that is dead. */
  readonly publisher?: Pick<PortPublisher, "close">;
  /** Told of what fails where nobody waits for it. */
  readonly onError?: (error: unknown, doing: string) => void;
}

const RECONNECT_TIMEOUT_MS = 10_000;
const CATCH_UP_MS = 10_000;

/** The connection to a guest's agent, made anew when it was lost. */
export class AgentLink implements AsyncDisposable {
  readonly #machine: Machine;
  readonly #connector: GuestConnector;
  readonly #closing = new AbortController();
  #agent: Promise<GuestAgent> | undefined;
  #toJoin: GuestNetwork | undefined;

  constructor(machine: Machine, agent: GuestAgent | undefined, { connector }: AgentLinkPorts) {
    this.#machine = machine;
    this.#connector = connector;
    if (agent) void this.#keep(Promise.resolve(agent));
  }

  /** Has a guest that was in another network take this one, before anybody else asks it for anything. */
  joinFirst(network: GuestNetwork | undefined): void {
    this.#toJoin = network;
  }

  /** The agent. Callers share one connection, so that one caller's abort does not end it for the others. */
  async connect({ signal }: CallOptions): Promise<GuestAgent> {
    const agent = this.#agent ?? this.#keep(this.#open());
    return orCancelled(agent, signal, "connecting to the guest's agent");
  }

  /** Waits for a connection that is being made, whatever becomes of it. */
  async whenOpened(): Promise<void> {
    await this.#agent?.catch(() => {});
  }

  /** Lets no time pass for what the guest was asked, until disposal. */
  standStill(): Disposable {
    const still = this.#agent?.then(
      (agent) => agent.standStill(),
      () => undefined,
    );
    return { [Symbol.dispose]: () => void still?.then((standstill) => standstill?.[Symbol.dispose]()) };
  }

  /**
   * Sets the guest's wall clock, which stood still with it, and seeds its random pool. A guest that does not answer keeps
   * what it has.
   * Never rejects.
   */
  async catchUp(): Promise<void> {
    const options = { signal: AbortSignal.timeout(CATCH_UP_MS) };
    await this.connect(options)
      .then((agent) => agent.wake(options))
      .catch(() => {});
  }

  /** Has the guest's wall clock keep the host's time, where its agent is connected. Throws what the agent throws. */
  async keepClock(options: CallOptions): Promise<void> {
    await (await this.#agent)?.keepClock(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    const agent = await this.#agent?.catch(() => undefined);
    await agent?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<GuestAgent> {
    const options = { signal: withTimeout(this.#closing.signal, RECONNECT_TIMEOUT_MS) };
    await using stack = new AsyncDisposableStack();
    const stream = await this.#machine.openAgentStream(options);
    const agent = stack.use(await this.#connector.connect(stream, options));
    if (this.#toJoin) await agent.setNetwork(this.#toJoin, options);
    this.#toJoin = undefined;
    stack.move();
    return agent;
  }

  #keep(opening: Promise<GuestAgent>): Promise<GuestAgent> {
    this.#agent = opening;
    const forget = (): void => {
      if (this.#agent === opening) this.#agent = undefined;
    };
    void opening.then((agent) => agent.closed.then(forget), forget);
    return opening;
  }
}
