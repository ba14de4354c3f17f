import { BlockList, isIP } from "node:net";

/** Addresses that share a prefix: one of them, and how many bits they share. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
}

/** Takes `10.0.0.0/8`, `fd00::/8`, or a single address. Throws `RangeError`. */
export function parseRange(text: string): AddressRange {
  const [address = "", length, ...rest] = text.split("/");
  const family = isIP(address);
  const whole = family === 4 ? 32 : 128;
  const prefix = length === undefined ? whole : Number(length);
  const isWhole = length === undefined || /^\d{1,3}$/.test(length);
  if (family === 0 || !isWhole || prefix > whole || rest.length > 0 || address.includes("%"))
    throw new RangeError(`${text} is no range of addresses`);
  return { family: family === 4 ? 4 : 6, address, prefix };
}

/** As nftables takes it. */
export function formatRange({ address, prefix }: AddressRange): string {
  return `${address}/${prefix}`;
}

/** Whether each address of `inner` is one of `outer`. */
export function containsRange(outer: AddressRange, inner: AddressRange): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false;
  const type = outer.family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(outer.address, outer.prefix, type);
  return list.check(inner.address, type);
}

/** Whether they have an address in common: then one contains the other. */
export function overlapsRange(one: AddressRange, other: AddressRange): boolean {
  return containsRange(one, other) || containsRange(other, one);
}

/** The same addresses by ranges of which none contains another. */
export function mergeRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const merged: AddressRange[] = [];
  for (const range of ranges.toSorted((one, other) => one.prefix - other.prefix))
    if (!merged.some((outer) => containsRange(outer, range))) merged.push(range);
  return merged;
}
