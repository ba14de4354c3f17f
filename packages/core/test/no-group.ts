import type { LimitGroup } from "../src/ports/limits.ts";

/** The group of a machine that has no limits. */
export const NO_GROUP: LimitGroup = {
  add: () => Promise.resolve(),
  change: () => Promise.resolve(),
  countOomKills: () => Promise.resolve(0),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
