import { ForkdError } from "@forkd/contract";
import type { EngineIdentity } from "../ports/engine.ts";

const FIELDS = ["engine", "version", "accelerator", "machine", "cpuModel"] as const;

/**
 * Clocks that differ by less than this part are the same one, measured twice; a guest that was told the rate of another
 * would be wrong by more than NTP corrects.
 */
const CLOCK_TOLERANCE = 5e-4;

/** Device state fits only the machine that wrote it. Throws `snapshot_incompatible`, naming the first difference. */
export function checkCompatible(tag: string, snapshot: EngineIdentity, host: EngineIdentity): void {
  const refuse = (field: string, made: string, here: string): ForkdError =>
    new ForkdError("snapshot_incompatible", { tag, field, snapshot: made, host: here });
  for (const field of FIELDS) {
    if (snapshot[field] !== host[field]) throw refuse(field, snapshot[field], host[field]);
  }
  const [made, here] = [snapshot.clockKhz, host.clockKhz];
  if (made === null || here === null) return;
  if (Math.abs(made - here) > CLOCK_TOLERANCE * here) throw refuse("clockKhz", `${made} kHz`, `${here} kHz`);
}
