import type { DoctorCheck } from "@forkd/contract";
import type { LimitProvider } from "@forkd/core";
import type { AcceleratorChoice } from "../accelerator/choose-accelerator.ts";
import type { ConfinementChoice } from "../confinement/choose-confinement.ts";
import type { ProbeResult } from "../accelerator/probe.ts";

/** What the checks look at. */
export interface DoctorContext {
  readonly dataDir: string;
  readonly cacheDir: string;
  /** The daemon's unix socket; its directory is the runtime directory. */
  readonly socketPath: string;
  readonly limits: LimitProvider;
  readonly chooseAccelerator: () => Promise<AcceleratorChoice>;
  /** How far machines are kept from the host. */
  readonly findConfinement: () => Promise<ConfinementChoice>;
  /** Starts a guest that reports itself and powers off, just as a machine is started. */
  readonly tryMachine: () => Promise<ProbeResult>;
  readonly signal: AbortSignal;
}

/** What a check found, without its name. */
export type Finding = Omit<DoctorCheck, "name">;

/** One row of the doctor. It may throw: that is a failure of the row, not of the doctor. */
export interface Check {
  readonly name: string;
  readonly timeoutMs?: number;
  readonly look: (context: DoctorContext) => Promise<Finding>;
}

export const pass = (detail: string): Finding => ({ status: "pass", detail, hint: null });
export const skip = (detail: string): Finding => ({ status: "skip", detail, hint: null });
export const warn = (detail: string, hint: string): Finding => ({ status: "warn", detail, hint });
export const fail = (detail: string, hint: string): Finding => ({ status: "fail", detail, hint });
