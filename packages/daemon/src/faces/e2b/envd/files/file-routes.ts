import type { Services } from "../../../../services.ts";
import type { EnvdRoutes } from "../envd-call.ts";

/** The contents of files of a sandbox. */
export function createFileRoutes(_services: Services): EnvdRoutes {
  return {};
}
