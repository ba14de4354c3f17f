import { accessSync, constants, readFileSync } from "node:fs";
import type { CaptureMode } from "@forkd/core";
import { TEST_HOST } from "./test-host.ts";
import { THIS_HOST } from "./this-host.ts";

/**
 * Whether machines can be captured live by who runs the tests: on a host that does not allow it to ordinary users, tests
 * of that are left out. `forkd doctor` tells how to allow it.
 */
export const CAN_CAPTURE_LIVE =
  TEST_HOST !== THIS_HOST ||
  process.getuid?.() === 0 ||
  readFileSync("/proc/sys/vm/unprivileged_userfaultfd", "latin1").trim() === "1" ||
  canOpen("/dev/userfaultfd");

/** The modes in which machines can be captured here. */
export const CAPTURE_MODES: readonly CaptureMode[] = CAN_CAPTURE_LIVE
  ? ["full", "diff", "live"]
  : ["full", "diff"];

function canOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
