import type { BranchRate } from "@forkd/core";

const WINDOW_SECS = 60;

/** How a caller is told of a rate, draft-ietf-httpapi-ratelimit-headers-10: what is allowed in a window, and what is left of it. */
export function rateHeaders({ limit, remaining, resetSecs }: BranchRate): Record<string, string> {
  return {
    "ratelimit-policy": `"branches";q=${limit};w=${WINDOW_SECS}`,
    ratelimit: `"branches";r=${remaining};t=${resetSecs}`,
  };
}
