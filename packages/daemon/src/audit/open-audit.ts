import { join } from "node:path";
import type { DaemonConfig } from "../config.ts";
import { AuditLog } from "./audit-log.ts";

export const auditDirectory = ({ dataDir }: Pick<DaemonConfig, "dataDir">): string => join(dataDir, "audit");

/** Begins to record, where that is asked for. */
export async function openAudit(
  config: Pick<DaemonConfig, "audit" | "dataDir">,
): Promise<AuditLog | undefined> {
  if (config.audit === "off") return undefined;
  return await AuditLog.open({ directory: auditDirectory(config), isSynced: config.audit === "sync" });
}
