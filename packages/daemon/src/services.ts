import type {
  Engine,
  GuestBootProvider,
  GuestConnector,
  ImageStore,
  LimitProvider,
  MachineDirectories,
  MachineLogs,
  SandboxRegistry,
  Semaphore,
  SnapshotStore,
} from "@forkd/core";
import type { Logger } from "pino";
import type { DaemonConfig } from "./config.ts";
import type { AcceleratorChoice } from "./host/lazy-engine.ts";

/** Everything that the routes work with, put together in one place. */
export interface Services {
  readonly config: DaemonConfig;
  readonly log: Logger;
  readonly engine: Engine;
  readonly chooseAccelerator: (signal: AbortSignal) => Promise<AcceleratorChoice>;
  readonly connector: GuestConnector;
  readonly guestBoot: GuestBootProvider;
  readonly images: ImageStore;
  readonly snapshots: SnapshotStore;
  readonly limits: LimitProvider;
  readonly machines: MachineDirectories;
  readonly logs: MachineLogs;
  readonly registry: SandboxRegistry;
  readonly slots: Semaphore;
  /** Snapshots that are being written, by tag. */
  readonly writing: Map<string, { startedAtUnix: number; memoryMib: number; vcpus: number; imageId: string }>;
  /** Ends the daemon; the machines live on unless told otherwise. */
  readonly stop: (options: { killSandboxes: boolean }) => void;
}
