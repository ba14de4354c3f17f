import type {
  Claims,
  Engine,
  GuestBootProvider,
  GuestConnector,
  ImageStore,
  JobRegistry,
  StagedSnapshots,
  LimitProvider,
  MachineDirectories,
  MachineLogs,
  SandboxRegistry,
  Semaphore,
  SnapshotStore,
  VmmProcesses,
  Zygotes,
} from "@forkd/core";
import type { Packs } from "@forkd/store";
import type { Logger } from "pino";
import type { DaemonConfig } from "./config.ts";
import type { Virtualisation } from "./host/virtualisation.ts";
import type { ForkOrders } from "./machines/fork-orders.ts";

/** Everything that the routes work with, put together in one place. */
export interface Services {
  readonly config: DaemonConfig;
  readonly log: Logger;
  readonly engine: Engine;
  readonly zygotes: Zygotes;
  readonly virtualisation: Virtualisation;
  readonly connector: GuestConnector;
  readonly guestBoot: GuestBootProvider;
  readonly images: ImageStore;
  readonly snapshots: SnapshotStore;
  readonly packs: Packs;
  readonly limits: LimitProvider;
  readonly machines: MachineDirectories;
  readonly processes: VmmProcesses;
  readonly forkOrders: ForkOrders;
  readonly logs: MachineLogs;
  readonly registry: SandboxRegistry;
  readonly slots: Semaphore;
  readonly staged: StagedSnapshots;
  readonly claims: Claims;
  readonly jobs: JobRegistry;
  /** Settles when what an earlier daemon left half-done is undone, which the store's work waits for. */
  readonly recovered: PromiseWithResolvers<void>;
  /** Ends the daemon; the machines live on unless told otherwise. */
  readonly stop: (options: { killSandboxes: boolean }) => void;
}
