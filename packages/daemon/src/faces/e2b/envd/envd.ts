import type { IncomingMessage, ServerResponse } from "node:http";
import { ForkdError, toForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { callerSignal } from "../../../http/requests/caller-signal.ts";
import type { Services } from "../../../services.ts";
import type { InnerPort } from "../../gateway/inner-port.ts";
import { refuseInSandbox, sendE2bError } from "../e2b-error.ts";
import { admitToSandbox } from "../sandbox-token.ts";

/** What E2B's agent serves in each of its guests; here the daemon does. */
export function createEnvd(services: Services): InnerPort {
  return {
    async serve(request, response, id) {
      try {
        await answer(services, request, response, id);
      } catch (error) {
        refuseInSandbox(response, toForkdError(error));
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
  const caller = await admitToSandbox(services, request, id);
  const { method = "", url = "" } = request;
  if (url !== "/health") throw new ForkdError("unknown_route", { method, path: url });
  const signal = callerSignal(response);
  const { status } = await services.operations.describeSandbox(caller, { id }, { signal });
  if (status === "running") response.writeHead(204).end();
  else sendE2bError(response, { code: 502, message: `the sandbox ${id} is ${status}` });
}
