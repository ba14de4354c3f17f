import type { Operations } from "../api.gen.ts";

/** What only looks at a daemon, or ends it, starts none. */
export const STARTS_NO_DAEMON: ReadonlySet<keyof Operations> = new Set([
  "health",
  "version",
  "scrape",
  "stop",
]);
