import type { OperationPorts, Operations, VmmProcesses } from "@forkd/core";
import type { Logger } from "pino";
import type { AuditLog } from "./audit/audit-log.ts";
import type { DaemonNetworks } from "./compose-networks.ts";
import type { DaemonConfig } from "./config.ts";
import type { Virtualisation } from "./host/virtualisation.ts";
import type { PublishedPorts } from "./published/published-ports.ts";
import type { Metrics } from "./observe/metrics.ts";
import type { Tracing } from "./observe/traces/tracing.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";
import type { ForkJournal } from "./machines/fork-journal.ts";

/** Everything that the daemon is made of, put together in one place. */
export interface Services extends OperationPorts {
  readonly config: DaemonConfig;
  readonly log: Logger;
  readonly operations: Operations;
  readonly virtualisation: Virtualisation;
  readonly processes: VmmProcesses;
  readonly networks: DaemonNetworks;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly audit: AuditLog | undefined;
  readonly webhooks: Webhooks;
  readonly publisher: PublishedPorts;
  readonly forkJournal: ForkJournal;
}
