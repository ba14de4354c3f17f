import { constants } from "node:os";
import type { GuestProcessExit } from "@forkd/core";

/** As timeout(1) says it. */
const TIMED_OUT = 124;
const SIGNALS: Readonly<Record<string, number>> = constants.signals;

/** A command's status as a shell gives it: 124 after a time-out, 128 + the number of the signal that ended it. */
export function exitCodeOf({ exitCode, signal, timedOut }: GuestProcessExit): number {
  if (timedOut) return TIMED_OUT;
  return exitCode ?? 128 + (SIGNALS[signal ?? ""] ?? 0);
}
