import type { IncomingMessage, ServerResponse } from "node:http";
import { ForkdError, toForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { callerSignal } from "../../../http/requests/caller-signal.ts";
import type { Services } from "../../../services.ts";
import type { InnerPort } from "../../gateway/inner-port.ts";
import { refuseInSandbox } from "../e2b-error.ts";
import { admitToInterpreter } from "../sandbox-token.ts";
import { createContext, listContexts, removeContext, restartContext } from "./contexts.ts";
import { execute } from "./execute.ts";
import { answerHealth } from "./health.ts";
import type { InterpreterCall } from "./interpreter-call.ts";
import { reasonPhrase } from "./reason-phrase.ts";

type Answer = (call: InterpreterCall, context: string) => Promise<void>;

const ROUTES: readonly (readonly [method: string, path: RegExp, answer: Answer])[] = [
  ["GET", /^\/health$/, answerHealth],
  ["POST", /^\/execute$/, execute],
  ["GET", /^\/contexts$/, listContexts],
  ["POST", /^\/contexts$/, createContext],
  ["DELETE", /^\/contexts\/([^/]+)$/, removeContext],
  ["POST", /^\/contexts\/([^/]+)\/restart$/, restartContext],
];

/** What E2B's code interpreter serves in each of its guests, on the interpreters that ours have. */
export function createInterpreter(services: Services): InnerPort {
  return {
    async serve(request, response, id) {
      try {
        await answer(services, request, response, id);
      } catch (cause) {
        const error = toForkdError(cause);
        response.statusMessage = reasonPhrase(error);
        refuseInSandbox(response, error);
      }
    },
  };
}

async function answer(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  id: SandboxId,
): Promise<void> {
  const signal = callerSignal(response);
  const caller = await admitToInterpreter(services, request, id);
  const { method = "", url = "" } = request;
  const [path = ""] = url.split("?", 1);
  for (const [routeMethod, pattern, respond] of ROUTES) {
    const match = method === routeMethod ? pattern.exec(path) : null;
    if (match === null) continue;
    const call = { operations: services.operations, caller, id, request, response, signal };
    return await respond(call, match[1] ?? "");
  }
  throw new ForkdError("unknown_route", { method, path });
}
