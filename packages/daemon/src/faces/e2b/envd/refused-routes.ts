import { sendE2bError } from "../e2b-error.ts";
import type { EnvdRoute, EnvdRoutes } from "./envd-call.ts";

/** What E2B's own machines ask of the agent of each, and no client. */
const ROUTES = ["/init", "/freeze", "/unfreeze", "/fsfreeze", "/fsthaw", "/collapse"];

/** They are refused by name: nothing that is asked for is only said to be done. */
export const REFUSED_ROUTES: EnvdRoutes = Object.fromEntries(
  ROUTES.map((path): [string, EnvdRoute] => [
    `POST ${path}`,
    async (_call, _request, response) =>
      sendE2bError(response, { code: 501, message: `${path} is no client's: the daemon sets sandboxes up` }),
  ]),
);
