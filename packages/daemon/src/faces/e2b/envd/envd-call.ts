import type { IncomingMessage, ServerResponse } from "node:http";
import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import type { Caller } from "@forkd/core";

/** A request to the agent that E2B's clients look for in a sandbox. */
export interface EnvdCall {
  readonly caller: Caller;
  readonly id: SandboxId;
  /** As which user of the guest; root unless told. */
  readonly user: string | undefined;
  /** Aborts when the client goes away. That of a remote procedure also at its deadline. */
  readonly signal: AbortSignal;
  /** What is answered for what failed; the log has what is a defect of ours. */
  readonly explain: (cause: unknown) => ForkdError;
}

/** What is served without Connect. What it throws is answered as E2B does. */
export type EnvdRoute = (call: EnvdCall, request: IncomingMessage, response: ServerResponse) => Promise<void>;
/** By method and path, such as `GET /health`. */
export type EnvdRoutes = Readonly<Record<string, EnvdRoute>>;

const BASIC = /^Basic ([A-Za-z0-9+/]+={0,2})$/i;

/** The user of the guest that a client names, without a password. Throws `invalid_request`. */
export function readUser({ headers: { authorization } }: IncomingMessage): string | undefined {
  if (authorization === undefined) return undefined;
  const encoded = BASIC.exec(authorization)?.[1];
  const user = encoded && Buffer.from(encoded, "base64").toString().split(":", 1)[0];
  if (user) return user;
  const message = "is not Basic with a user of the guest";
  throw new ForkdError("invalid_request", { issues: [{ path: "authorization", message }] });
}
