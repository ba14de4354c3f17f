import type { StagedSnapshots } from "../branch/staged-snapshots.ts";
import type { TokenBook } from "../access/token-book.ts";
import type { Claims } from "../claims/claims.ts";
import type { KeyedTurns } from "../concurrency/keyed-turns.ts";
import type { Semaphore } from "../concurrency/semaphore.ts";
import type { EventStream } from "../events/event-stream.ts";
import type { Admission } from "../fork/admission.ts";
import type { ForkPorts } from "../fork/start-child.ts";
import type { Zygotes } from "../fork/zygotes.ts";
import type { JobRegistry } from "../jobs/job-registry.ts";
import type { UsageHistory } from "../metrics/usage-history.ts";
import type { AuditTrail } from "../ports/audit.ts";
import type { JournaledFork } from "../ports/journaled-fork.ts";
import type { GuestBootProvider, ImageStore } from "../ports/images.ts";
import type { NetworkNamespaces } from "../ports/network-namespaces.ts";
import type { NamedKey, Packs } from "../ports/packs.ts";
import type { SnapshotStore } from "../ports/snapshots.ts";
import type { WebhookSenders } from "../ports/webhooks.ts";
import type { StopOrder } from "../ports/stop-order.ts";
import type { SandboxRegistry } from "../sandbox/registry.ts";
import type { Quotas } from "../tenants/quotas.ts";
import type { TenantBook } from "../tenants/tenant-book.ts";

/** What operations work with. */
export interface OperationPorts extends ForkPorts {
  readonly zygotes: Zygotes;
  readonly guestBoot: GuestBootProvider;
  readonly images: ImageStore;
  readonly snapshots: SnapshotStore;
  readonly packs: Packs;
  readonly namespaces: NetworkNamespaces;
  readonly registry: SandboxRegistry;
  readonly usage: UsageHistory;
  readonly staged: StagedSnapshots;
  /** By the id of the machine that is just being suspended or resumed. */
  readonly lives: KeyedTurns;
  /** Children that start at the same time. */
  readonly slots: Semaphore;
  readonly claims: Claims;
  readonly admission: Admission;
  readonly jobs: JobRegistry;
  readonly events: EventStream;
  readonly forkJournal: { open(): JournaledFork };
  /** Settles when what an earlier daemon left half-done is undone. */
  readonly recovered: Promise<void>;
  /** A key, or one in a file of this host. Throws `invalid_request` when that cannot be read. */
  readonly readKey: (key: string | NamedKey) => Promise<NamedKey>;
  readonly tokens: TokenBook;
  readonly tenants: TenantBook;
  readonly quotas: Quotas;
  readonly webhooks: WebhookSenders;
  /** Undefined: nothing is recorded. */
  readonly audit: AuditTrail | undefined;
  /** Ends the daemon. */
  readonly stop: (order: StopOrder) => void;
  /** What URLs are signed with; made at its first use. */
  readonly urlKey: () => Promise<Uint8Array>;
  /** What a pack may become on the disk, holes counted as if they were data. */
  readonly packLimitBytes: number;
  /** Told of what went wrong beside the work, whose result stands. */
  readonly onError: (error: unknown, doing: string) => void;
}
