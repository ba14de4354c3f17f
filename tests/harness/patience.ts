/** For what happens within a second on a host at rest. On a busy one anything takes longer, and that is no failure. */
export const PATIENCE = { timeout: 60_000 } as const;
