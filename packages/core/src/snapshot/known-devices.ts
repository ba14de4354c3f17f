import { ForkdError } from "@forkd/contract";
import type { Device, DeviceKind, DeviceRecord } from "../ports/devices.ts";

/**
 * The devices that a manifest records, if an engine can give a machine all of them: each of a kind of `kinds`, without
 * attributes, which no kind has yet, and once. Throws `snapshot_incompatible` naming the first that it cannot.
 */
export function requireDevices(
  tag: string,
  records: readonly DeviceRecord[],
  kinds: readonly DeviceKind[],
): Device[] {
  const devices: Device[] = [];
  for (const record of records) {
    const kind = kinds.find((known) => known === record.kind);
    const isKnown = kind !== undefined && Object.keys(record).length === 1;
    if (!isKnown || devices.some((other) => other.kind === kind)) {
      const device = describe(record, devices);
      throw new ForkdError("snapshot_incompatible", {
        tag,
        field: "device",
        snapshot: device,
        host: kinds.join(", "),
      });
    }
    devices.push({ kind });
  }
  return devices;
}

function describe({ kind, ...attributes }: DeviceRecord, before: readonly Device[]): string {
  const names = Object.keys(attributes);
  if (names.length > 0) return `${kind} with ${names.join(", ")}`;
  return before.some((device) => device.kind === kind) ? `a second ${kind}` : kind;
}
