import { isIP } from "node:net";
import { containsRange, parseRange } from "./address-range.ts";
import type { AddressRange } from "./address-range.ts";

const range = (text: string): AddressRange => parseRange(text);

/** What no policy opens but by name: private, local, shared, multicast, and what the cloud tells its machines. */
const CLOSED_4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/3",
].map(range);
/** All that is not public, and what carries IPv4 addresses in it. */
const CLOSED_6 = ["::/3", "4000::/2", "8000::/1", "2001::/32", "2002::/16"].map(range);
export const CLOSED: readonly AddressRange[] = [...CLOSED_4, ...CLOSED_6];

/** Whether an address is of the public internet; a name is none. */
export function isPublicAddress(address: string): boolean {
  const isAddress = isIP(address) !== 0 && !address.includes("%");
  return isAddress && !CLOSED.some((closed) => containsRange(closed, range(address)));
}
