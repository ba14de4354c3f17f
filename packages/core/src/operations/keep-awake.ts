import { isForkdError } from "@forkd/contract";
import type { CallOptions } from "../ports/options.ts";
import type { GuestAgent } from "../ports/guest.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** A machine whose guest can be asked. */
export type Askable = Pick<Sandbox, "ask" | "stream" | "connectToPort">;

/**
 * A machine that is woken once more where it was put to rest between its being found awake and its being asked. What was
 * asked already is not asked again.
 */
export function keepAwake(sandbox: Askable, wake: (options: CallOptions) => Promise<Askable>): Askable {
  return {
    async ask(question, options) {
      const asked = note(question);
      try {
        return await sandbox.ask(asked.question, options);
      } catch (error) {
        asked.rethrow(error);
        return await (await wake(options)).ask(question, options);
      }
    },
    async *stream(question, options) {
      const asked = note(question);
      try {
        return yield* sandbox.stream(asked.question, options);
      } catch (error) {
        asked.rethrow(error);
        yield* (await wake(options)).stream(question, options);
      }
    },
    async connectToPort(port, options) {
      try {
        return await sandbox.connectToPort(port, options);
      } catch (error) {
        if (!isAsleep(error)) throw error;
        return await (await wake(options)).connectToPort(port, options);
      }
    },
  };
}

/** Throws what is not to be mended by asking again. */
function note<Answer>(question: (agent: GuestAgent) => Answer) {
  let isAsked = false;
  return {
    question: (agent: GuestAgent): Answer => {
      isAsked = true;
      return question(agent);
    },
    rethrow: (error: unknown): void => {
      if (isAsked || !isAsleep(error)) throw error;
    },
  };
}

function isAsleep(error: unknown): boolean {
  return isForkdError(error) && (error.code === "sandbox_paused" || error.code === "sandbox_suspended");
}
