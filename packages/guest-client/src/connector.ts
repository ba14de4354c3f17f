import type { Duplex } from "node:stream";
import type { GreetOptions, GuestAgent, GuestConnector } from "@forkd/core";
import { createGuestAgent } from "./agent.ts";
import { throwIfCancelled } from "./connection/deadline.ts";
import { AgentSession } from "./connection/session.ts";
import { DEFAULT_DEADLINES } from "./default-deadlines.ts";
import type { Deadlines } from "./default-deadlines.ts";
import { applyFork } from "./operations/fork.ts";
import { rehearse } from "./operations/rehearse.ts";

/**
 * Connects to guest agents. It owns each stream that it is given, and destroys it when the connection fails.
 *
 * @example
 * const connector = createGuestConnector();
 * await using agent = await connector.connect(await machine.openAgentStream({ signal }), { signal });
 * const { result } = await agent.evaluate(
 *   { language: "python", code: "6 * 7", mode: "auto", timeoutMs: 1000 }, { signal });
 */
export function createGuestConnector(deadlines: Deadlines = DEFAULT_DEADLINES): GuestConnector {
  const request = "the resync line";
  /** `first` sends what shall leave in one write with the resync line. */
  const open = async <Value>(
    stream: Duplex,
    { signal, answerMs: timeoutMs = deadlines.connectMs }: GreetOptions,
    first: (session: AgentSession) => Promise<Value>,
  ): Promise<{ agent: GuestAgent; value: Value }> => {
    await using stack = new AsyncDisposableStack();
    const session = stack.use(AgentSession.open(stream));
    throwIfCancelled({ signal, request });
    const [value] = await Promise.all([first(session), session.waitForSync({ request, timeoutMs, signal })]);
    stack.move();
    return { agent: createGuestAgent(session, deadlines), value };
  };
  return {
    async connect(stream, options) {
      const { agent } = await open(stream, options, async () => undefined);
      return agent;
    },

    async connectAndFork(stream, identity, options) {
      const fork = (session: AgentSession) => applyFork(session, identity, deadlines, options);
      const { agent, value: report } = await open(stream, options, fork);
      return { agent, report };
    },

    async connectAndRehearse(stream, options) {
      const { agent } = await open(stream, options, (session) => rehearse(session, deadlines, options));
      return agent;
    },
  };
}
