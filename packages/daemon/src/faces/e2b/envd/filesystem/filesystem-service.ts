import type { Services } from "../../../../services.ts";
import { Filesystem } from "../../wire/filesystem.gen.js";
import type { RpcService } from "../rpc.ts";
import { createEntryProcedures } from "./entry-procedures.ts";
import { createWatchProcedures } from "./watch-procedures.ts";

/** Files and directories of a sandbox, by `filesystem.Filesystem`. */
export function createFilesystemService(services: Services): RpcService {
  const procedures = { ...createEntryProcedures(services), ...createWatchProcedures(services) };
  return (router) => router.service(Filesystem, procedures);
}
