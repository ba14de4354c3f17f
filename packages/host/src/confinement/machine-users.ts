import { randomInt } from "node:crypto";

/** As many as there can be processes, so that none comes round soon. */
const COUNT = 2 ** 22;

/**
 * Users for machines: `base` and up, one after another from a random one on, so that two daemons, or one before and
 * after its restart, do not give out the same.
 */
export function createMachineUsers(base: number): () => number {
  let next = randomInt(COUNT);
  return () => base + (next++ % COUNT);
}
