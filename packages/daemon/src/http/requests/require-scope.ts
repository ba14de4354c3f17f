import { covers, ForkdError } from "@forkd/contract";
import type { Scope } from "@forkd/contract";
import type { Caller } from "@forkd/core";

/** Gives the caller back. Throws `unauthenticated`, `not_permitted` when a caller may not ask for what needs `needed`. */
export function requireScope(caller: Caller, needed: Scope | "none"): Caller {
  const { name, scope } = caller;
  if (covers(scope, needed)) return caller;
  if (scope === "none") throw new ForkdError("unauthenticated", { why: "the request has no token" });
  throw new ForkdError("not_permitted", { token: name, scope, needed });
}
