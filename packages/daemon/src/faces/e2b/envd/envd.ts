import type { IncomingMessage } from "node:http";
import type { ForkdError } from "@forkd/contract";
import { explain } from "../../../http/replies/explain-error.ts";
import { callerSignal } from "../../../http/requests/caller-signal.ts";
import type { Services } from "../../../services.ts";
import type { InnerPort } from "../../gateway/inner-port.ts";
import { refuseInSandbox } from "../e2b-error.ts";
import { admitToSandbox } from "../sandbox-token.ts";
import { readUser } from "./envd-call.ts";
import type { EnvdRoutes } from "./envd-call.ts";
import { admitToFile } from "./files/admit-file.ts";
import { createFileRoutes } from "./files/file-routes.ts";
import { createHealthRoutes } from "./health.ts";
import { createMetricsRoutes } from "./metrics.ts";
import { REFUSED_ROUTES } from "./refused-routes.ts";
import { createVariableRoutes } from "./variables.ts";

const FILES_PATH = "/files";

/** What E2B's agent serves in each of its guests; here the daemon does. */
export function createEnvd(services: Services): InnerPort {
  const routes: EnvdRoutes = {
    ...createHealthRoutes(services),
    ...createMetricsRoutes(services),
    ...createVariableRoutes(services),
    ...createFileRoutes(services),
    ...REFUSED_ROUTES,
  };
  let procedures: ReturnType<typeof loadProcedures> | undefined;
  return {
    async serve(request, response, id) {
      const explainHere = (cause: unknown): ForkdError => explain(cause, request, services.log);
      try {
        const signal = callerSignal(response);
        const admit = isForFile(request) ? admitToFile : admitToSandbox;
        const caller = await admit(services, request, id);
        const call = { caller, id, user: readUser(request), signal, explain: explainHere };
        const route = findRoute(routes, request);
        if (route) await route(call, request, response);
        else await (await (procedures ??= loadProcedures(services)))(call, request, response);
      } catch (error) {
        refuseInSandbox(response, explainHere(error));
      }
    },
  };
}

/** What they are made of takes a while to load, and most daemons need none of it. */
async function loadProcedures(services: Services) {
  return (await import("./procedures.ts")).createProcedures(services);
}

/** A URL of a file may have been signed. */
function isForFile({ url = "" }: IncomingMessage): boolean {
  return pathOf(url) === FILES_PATH;
}

function findRoute(routes: EnvdRoutes, { method = "", url = "" }: IncomingMessage) {
  const name = `${method} ${pathOf(url)}`;
  return Object.hasOwn(routes, name) ? routes[name] : undefined;
}

function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? "";
}
