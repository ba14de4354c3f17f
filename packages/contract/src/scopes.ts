import type { Scope } from "./wire.ts";

const RANK = { none: 0, read: 1, use: 2, admin: 3 } as const;

interface ScopedRoute {
  readonly scope?: Scope | "none";
  readonly method: string;
}

/** What a caller must be allowed to for a route. */
export function scopeOf({ scope, method }: ScopedRoute): Scope | "none" {
  return scope ?? (method === "GET" ? "read" : "use");
}

/** Whether who is allowed to `held` is allowed to `needed`. */
export function covers(held: Scope | "none", needed: Scope | "none"): boolean {
  return RANK[held] >= RANK[needed];
}
