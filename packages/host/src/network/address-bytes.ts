import { isIP } from "node:net";

/** An address as it stands in a packet. Throws `RangeError` for what is none, and for IPv6 with IPv4 written in it. */
export function addressBytes(address: string): Uint8Array {
  const family = isIP(address);
  if (family === 4) return Uint8Array.from(address.split("."), Number);
  if (family !== 6 || /[.%]/.test(address)) throw new RangeError(`${address} is no address`);
  const [before = [], tail] = address.split("::").map((half) => (half === "" ? [] : half.split(":")));
  const after = tail ?? [];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return Uint8Array.from(
    groups.flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 255];
    }),
  );
}
