import type { Results } from "../results.ts";
import type { Lineage } from "./lineage.ts";
import type { Pauses } from "./pauses.ts";
import type { QemuOwn } from "./qemu-own.ts";

/** Everything that one run measured, and where. */
export interface BranchResults extends Pick<Results, "command" | "measuredAt" | "machine"> {
  readonly pauses: readonly Pauses[];
  readonly lineage: Lineage;
  readonly qemuOwn: QemuOwn;
}
