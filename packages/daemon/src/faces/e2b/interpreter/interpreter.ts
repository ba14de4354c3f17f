import { ForkdError } from "@forkd/contract";
import { explain } from "../../../http/replies/explain-error.ts";
import { callerSignal } from "../../../http/requests/caller-signal.ts";
import type { Services } from "../../../services.ts";
import type { InnerPort } from "../../gateway/inner-port.ts";
import { refuseInSandbox, toSandboxError } from "../e2b-error.ts";
import { admitToContexts, admitToSandbox } from "../sandbox-token.ts";
import { createContext, listContexts, removeContext, restartContext } from "./contexts.ts";
import { execute } from "./execute.ts";
import { answerHealth } from "./health.ts";
import type { InterpreterCall } from "./interpreter-call.ts";
import { reasonPhrase } from "./reason-phrase.ts";

type Answer = (call: InterpreterCall, context: string) => Promise<void>;

/** Only who has the sandbox's own token runs code in it. */
const EXECUTE_PATH = "/execute";

const ROUTES: readonly (readonly [method: string, path: RegExp, answer: Answer])[] = [
  ["GET", /^\/health$/, answerHealth],
  ["POST", new RegExp(`^${EXECUTE_PATH}$`), execute],
  ["GET", /^\/contexts$/, listContexts],
  ["POST", /^\/contexts$/, createContext],
  ["DELETE", /^\/contexts\/([^/]+)$/, removeContext],
  ["POST", /^\/contexts\/([^/]+)\/restart$/, restartContext],
];

/** What E2B's code interpreter serves in each of its guests, on the interpreters that ours have. */
export function createInterpreter(services: Services): InnerPort {
  return {
    async serve(request, response, id) {
      const explainHere = (cause: unknown): ForkdError => explain(cause, request, services.log);
      try {
        await answer(services, { request, response, id, explain: explainHere });
      } catch (cause) {
        const error = explainHere(cause);
        response.statusMessage = reasonPhrase(toSandboxError(error));
        refuseInSandbox(response, error);
      }
    },
  };
}

async function answer(
  services: Services,
  asked: Pick<InterpreterCall, "request" | "response" | "id" | "explain">,
): Promise<void> {
  const { request, response, id } = asked;
  const signal = callerSignal(response);
  const { method = "", url = "" } = request;
  const [path = ""] = url.split("?", 1);
  const admit = path === EXECUTE_PATH ? admitToSandbox : admitToContexts;
  const caller = await admit(services, request, id);
  for (const [routeMethod, pattern, respond] of ROUTES) {
    const match = method === routeMethod ? pattern.exec(path) : null;
    if (match === null) continue;
    const call = { ...asked, operations: services.operations, caller, signal };
    return await respond(call, match[1] ?? "");
  }
  throw new ForkdError("unknown_route", { method, path });
}
