import { networkInterfaces } from "node:os";
import { parseRange } from "./address-range.ts";
import type { AddressRange } from "./address-range.ts";

/** The host's own, whatever they are. */
export function listHostAddresses(): AddressRange[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return [...new Set(all.map(({ address }) => address.replace(/%.*/, "")))].map(parseRange);
}
