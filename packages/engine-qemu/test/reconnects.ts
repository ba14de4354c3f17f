import type { Machine } from "@forkd/core";
import { createGuestConnector, DEFAULT_DEADLINES } from "@forkd/guest-client";
import { shell } from "./capture-fixture.ts";
import { soon } from "./fixture.ts";

const SILENT_MS = 20_000;

export interface Reconnects {
  readonly rounds: number;
  /** What the rounds failed with. */
  readonly failures: readonly string[];
  readonly slowestMs: number;
}

/**
 * Connects to a machine's agent, runs `true`, closes, and connects again at once, `rounds` times. A round that has no
 * answer within 20 s has failed, and the next one goes on.
 */
export async function reconnect(
  machine: Machine,
  rounds: number,
  onRound: (done: number) => void = () => {},
): Promise<Reconnects> {
  const connector = createGuestConnector({ ...DEFAULT_DEADLINES, connectMs: SILENT_MS });
  const failures: string[] = [];
  let slowestMs = 0;
  for (let done = 1; done <= rounds; done++) {
    const startedAt = performance.now();
    try {
      const stream = await machine.openAgentStream(soon());
      await using agent = await connector.connect(stream, soon());
      await shell(agent, "true", soon(SILENT_MS));
    } catch (error) {
      failures.push(`round ${done}: ${(error as Error).message}`);
    }
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    onRound(done);
  }
  return { rounds, failures, slowestMs };
}
