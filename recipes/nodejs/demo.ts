import { deepEqual, equal } from "node:assert/strict";
import { Forkd, mapForks } from "@forkd/sdk";

// A fan-out: each fork counts in a part of its own, with a function that its parent had compiled.
const { FORKD_RECIPE_TAG: tag = "nodejs" } = process.env;
const PARTS = Number(process.argv[2] ?? 8);
const PART_LENGTH = Math.ceil(100_000 / PARTS);
const PRIMES_BELOW_100_000 = 9592;
await using forkd = new Forkd();

const starts = Array.from({ length: PARTS }, (_, index) => index * PART_LENGTH);
const startedAt = performance.now();
const counted = await mapForks(forkd.sandboxes.from(tag), starts, async (child, from) => {
  const code = `globalThis.seen = (globalThis.seen ?? 0) + 1; [countPrimes(${from}, ${Math.min(from + PART_LENGTH, 100_000)}), seen]`;
  const { resultJson } = await child.eval(code, { language: "node" });
  return JSON.parse(resultJson ?? "null") as [count: number, seen: number];
});
const ms = Math.round(performance.now() - startedAt);

const counts = counted.map(([count]) => count);
equal(
  counts.reduce((sum, count) => sum + count, 0),
  PRIMES_BELOW_100_000,
);
deepEqual(
  counted.map(([, seen]) => seen),
  starts.map(() => 1),
);
console.log(`${PARTS} children found ${PRIMES_BELOW_100_000} primes (${counts.join(" + ")}) in ${ms} ms`);
