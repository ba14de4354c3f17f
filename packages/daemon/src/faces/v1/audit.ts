import type { auditRoutes } from "@forkd/contract";
import { followEntries, listEntries } from "../../audit/list-entries.ts";
import { auditDirectory } from "../../audit/open-audit.ts";
import { verifyChain } from "../../audit/verify-chain.ts";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Who has asked for what; also where nothing is recorded any more. */
export function createAuditHandlers({ audit, config }: Services): Handlers<keyof typeof auditRoutes> {
  const directory = auditDirectory(config);
  return {
    listAudit: async ({ query: { since_unix_ms: since, follow }, signal }) => {
      if (!follow || audit === undefined) return listEntries(directory, since ?? (follow ? Infinity : 0));
      return followEntries(audit, { directory, sinceUnixMs: since ?? Infinity }, { signal });
    },
    verifyAudit: async (call) => ({
      recording: audit !== undefined,
      ...(await verifyChain(directory, { head: audit?.head, contains: call.query.contains })),
    }),
  };
}
