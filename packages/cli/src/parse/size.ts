import { InvalidArgumentError } from "@commander-js/extra-typings";

const UNITS = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 } as const;
const MIB = UNITS.M;

/** A size with its unit, such as 300M or 1.5GiB, in bytes; units are powers of 1024. */
export function parseSize(text: string): number {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)([KMGT])(?:i?B)?$/i.exec(text) ?? [];
  const bytes = Math.round(Number(amount) * UNITS[unit.toUpperCase() as keyof typeof UNITS]);
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new InvalidArgumentError("It must be a size with its unit, such as 300M or 1.5G.");
}

/** The same in MiB, which must be whole ones. */
export function parseMib(text: string): number {
  const mib = parseSize(text) / MIB;
  if (Number.isInteger(mib)) return mib;
  throw new InvalidArgumentError("It must be whole MiB, such as 300M or 1G.");
}

/** So much in a second, such as 10M/s; the second need not be said. */
export function parseRate(text: string): number {
  return parseSize(text.replace(/\/s$/, ""));
}

/** How many CPUs, such as 0.5. */
export function parseCpus(text: string): number {
  const cpus = Number(text);
  if (/^\d*\.?\d+$/.test(text) && cpus > 0) return cpus;
  throw new InvalidArgumentError("It must be a number of CPUs above 0, such as 0.5.");
}
