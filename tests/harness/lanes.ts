import { availableParallelism } from "node:os";

/** Machines of four files at once are as many as an ordinary host has memory for. */
const MOST_LANES = 4;

/** How many files with machines are tested beside each other: each needs about a CPU. */
export const LANES = Math.min(availableParallelism(), MOST_LANES);

/** Where images and parents are, below the cache: one daemon at a time has a directory, so each lane has its own. */
export function dataNameOf(lane: number): string {
  return lane === 1 ? "test-data" : `test-data-${lane}`;
}

/** The lane of this process. A set-up, which is nobody's, works in the first. */
export const LANE = Number(process.env["VITEST_POOL_ID"] ?? 1);
