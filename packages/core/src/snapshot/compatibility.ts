import { ForkdError } from "@forkd/contract";
import type { Engine, HostOffer } from "../ports/engine.ts";
import type { CallOptions } from "../ports/options.ts";
import type { SnapshotManifest } from "../ports/snapshots.ts";
import { requireDevices } from "./known-devices.ts";

const FIELDS = ["engine", "version", "accelerator", "machine", "cpuModel"] as const;

/**
 * Clocks that differ by less than this part are the same one, measured twice; a guest that was told the rate of another
 * would be wrong by more than NTP corrects.
 */
const CLOCK_TOLERANCE = 5e-4;

/** What this host offers to a snapshot. */
export async function describeHost(engine: Engine, options: CallOptions): Promise<HostOffer> {
  return { engine: await engine.identify(options), deviceKinds: await engine.listDeviceKinds(options) };
}

/** Device state fits only the machine that wrote it. Throws `snapshot_incompatible`, naming the first difference. */
export function checkCompatible(
  tag: string,
  { engine: snapshot, devices }: Pick<SnapshotManifest, "engine" | "devices">,
  { engine: host, deviceKinds }: HostOffer,
): void {
  const refuse = (field: string, made: string, here: string): ForkdError =>
    new ForkdError("snapshot_incompatible", { tag, field, snapshot: made, host: here });
  for (const field of FIELDS) {
    if (snapshot[field] !== host[field]) throw refuse(field, snapshot[field], host[field]);
  }
  requireDevices(tag, devices, deviceKinds);
  const [made, here] = [snapshot.clockKhz, host.clockKhz];
  if (made === null || here === null) return;
  if (Math.abs(made - here) > CLOCK_TOLERANCE * here) throw refuse("clockKhz", `${made} kHz`, `${here} kHz`);
}
