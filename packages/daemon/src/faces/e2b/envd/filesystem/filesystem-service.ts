import type { Services } from "../../../../services.ts";
import type { RpcService } from "../rpc.ts";

/** Files and directories of a sandbox, by `filesystem.Filesystem`. */
export function createFilesystemService(_services: Services): RpcService {
  return () => undefined;
}
