import type { CallOptions } from "../ports/options.ts";

/** Who asks for something. A face says who it is; operations put it on what they do. */
export interface Caller {
  readonly name: string;
}

/** Whoever may open the daemon's socket: the user whose daemon it is. */
export const LOCAL_USER: Caller = { name: "local" };

/** What every operation is called with, also one that needs nothing of it. */
export type Asked<Order = object> = [caller: Caller, order: Order, options: CallOptions];
