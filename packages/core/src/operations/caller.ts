import type { Scope } from "@forkd/contract";
import type { CallOptions } from "../ports/options.ts";

/** Who asks for something. A face says who it is; operations put it on what they do. */
export interface Caller {
  readonly name: string;
  /** What they may ask for; a face looks at it. `none`: what is open to everybody. */
  readonly scope: Scope | "none";
  /** Whose things alone they see; undefined: they see everything. */
  readonly tenant?: string | undefined;
  /** The request that it comes by; undefined: the daemon itself acts. */
  readonly request?: { readonly id: string; /** An address, or `unix`. */ readonly from: string } | undefined;
}

/** Whoever may open the daemon's socket: the user whose daemon it is. */
export const LOCAL_USER: Caller = { name: "local", scope: "admin" };

/** What every operation is called with, also one that needs nothing of it. */
export type Asked<Order = object> = [caller: Caller, order: Order, options: CallOptions];
