import type { CaptureSpec } from "@forkd/core";
import type { QmpClient } from "../qmp/client.ts";
import type { Phases } from "./phases.ts";

/** What a capture needs of a machine. */
export interface CapturedMachine {
  readonly pid: number;
  readonly name: string;
  readonly directory: string;
  readonly qmp: QmpClient;
}

/** One capture that is under way, or what is saved of a machine. */
export interface CaptureTask<Spec = CaptureSpec> {
  readonly machine: CapturedMachine;
  readonly spec: Spec;
  readonly phases: Phases;
  /** The caller's, with the deadline of the whole. */
  readonly signal: AbortSignal;
  /** How long a live stream that was given up may take to come to its end. */
  readonly settleTimeoutMs: number;
}
