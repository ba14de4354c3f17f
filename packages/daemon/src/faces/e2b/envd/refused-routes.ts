import { ForkdError } from "@forkd/contract";
import type { EnvdRoute, EnvdRoutes } from "./envd-call.ts";

/** What E2B's own machines ask of the agent of each, and no client. */
export const REFUSED_PATHS = ["/init", "/freeze", "/unfreeze", "/fsfreeze", "/fsthaw", "/collapse"] as const;

const REASON = {
  why: "sandboxes are set up and put to rest by the daemon",
  instead: "create or pause it by the control plane",
};
/** In a sentence. */
export const WHY_REFUSED = `${REASON.why}; ${REASON.instead}`;

/** They are refused by name: nothing that is asked for is only said to be done. */
export const REFUSED_ROUTES: EnvdRoutes = Object.fromEntries(
  REFUSED_PATHS.map((path): [string, EnvdRoute] => [
    `POST ${path}`,
    () => Promise.reject(new ForkdError("unsupported_option", { option: path, ...REASON })),
  ]),
);
