import type { ManyForks, OneFork, RoundTrips, Summary } from "@forkd/cli";
import type { Commands } from "./measures/commands.ts";
import type { Data } from "./measures/data.ts";
import type { E2b } from "./measures/e2b.ts";
import type { Life } from "./measures/life.ts";
import type { Idle } from "./measures/idle.ts";
import type { Ports } from "./measures/ports.ts";
import type { Starts } from "./measures/starts.ts";

/** Everything that one run measured, and where. */
export interface Results {
  readonly command: string;
  readonly measuredAt: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGib: number;
    readonly kernel: string;
    readonly node: string;
    readonly vmm: string;
    readonly accelerator: string;
  };
  readonly guest: { readonly memoryMib: number; readonly vcpus: number; readonly parentBuildMs: number };
  readonly oneFork: OneFork;
  /** The same by a daemon that keeps no zygotes: what the first children of a snapshot wait for. */
  readonly oneRestored: OneFork;
  readonly manyForks: readonly ManyForks[];
  readonly idle: Idle;
  readonly life: Life;
  readonly roundTrips: RoundTrips;
  readonly ports: Ports;
  readonly data: Data;
  readonly e2b: E2b;
  readonly commands: Commands;
  readonly starts: Starts;
  /** The same computation by other means, in the same run; null where a peer cannot run. */
  readonly peers: {
    readonly coldBoot: Summary;
    readonly coldProcess: Summary | null;
    readonly coldContainer: (Summary & { readonly runtime: string }) | null;
  };
}
