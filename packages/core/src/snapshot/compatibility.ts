import { ForkdError } from "@forkd/contract";
import type { EngineIdentity } from "../ports/engine.ts";

const FIELDS = ["engine", "version", "accelerator", "machine", "cpuModel"] as const;

/** Device state fits only the machine that wrote it. Throws `snapshot_incompatible`, naming the first difference. */
export function checkCompatible(tag: string, snapshot: EngineIdentity, host: EngineIdentity): void {
  for (const field of FIELDS) {
    if (snapshot[field] !== host[field]) {
      throw new ForkdError("snapshot_incompatible", {
        tag,
        field,
        snapshot: snapshot[field],
        host: host[field],
      });
    }
  }
}
