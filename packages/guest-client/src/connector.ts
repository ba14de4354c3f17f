import type { GuestConnector } from "@forkd/core";
import { createGuestAgent } from "./agent.ts";
import { throwIfCancelled } from "./connection/deadline.ts";
import { AgentSession } from "./connection/session.ts";
import { DEADLINES } from "./deadlines.ts";
import type { Deadlines } from "./deadlines.ts";
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
export function createGuestConnector(deadlines: Deadlines = DEADLINES): GuestConnector {
  const request = "the resync line";
  const timeoutMs = deadlines.connectMs;
  return {
    async connect(stream, { signal }) {
      await using stack = new AsyncDisposableStack();
      const session = stack.use(AgentSession.open(stream));
      throwIfCancelled({ signal, request });
      await session.waitForSync({ request, timeoutMs, signal });
      stack.move();
      return createGuestAgent(session, deadlines);
    },

    async connectAndFork(stream, identity, { signal }) {
      await using stack = new AsyncDisposableStack();
      const session = stack.use(AgentSession.open(stream));
      throwIfCancelled({ signal, request });
      const [report] = await Promise.all([
        applyFork(session, identity, deadlines, { signal }),
        session.waitForSync({ request, timeoutMs, signal }),
      ]);
      stack.move();
      return { agent: createGuestAgent(session, deadlines), report };
    },

    async connectAndRehearse(stream, { signal }) {
      await using stack = new AsyncDisposableStack();
      const session = stack.use(AgentSession.open(stream));
      throwIfCancelled({ signal, request });
      await Promise.all([
        rehearse(session, deadlines, { signal }),
        session.waitForSync({ request, timeoutMs, signal }),
      ]);
      stack.move();
      return createGuestAgent(session, deadlines);
    },
  };
}
