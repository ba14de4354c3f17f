import type { Services } from "../../../services.ts";
import { describeGone, sendE2bError } from "../e2b-error.ts";
import type { EnvdRoutes } from "./envd-call.ts";

/** Whether what is in the sandbox can be asked. Nothing is woken for it. */
export function createHealthRoutes({ operations }: Services): EnvdRoutes {
  return {
    "GET /health": async ({ caller, id, signal }, _, response) => {
      const { status } = await operations.describeSandbox(caller, { id }, { signal });
      if (status === "running") response.writeHead(204).end();
      else sendE2bError(response, describeGone(`${id} is ${status}`));
    },
  };
}
