import type { Services } from "../../../services.ts";
import { createFilesystemService } from "./filesystem/filesystem-service.ts";
import { createProcessService } from "./process/process-service.ts";
import { createRpc } from "./rpc.ts";

/** What is asked for by Connect. */
export function createProcedures(services: Services) {
  return createRpc([createProcessService(services), createFilesystemService(services)]);
}
