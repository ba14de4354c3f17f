import type { Scope } from "@forkd/contract";
import type { Caller, CallOptions } from "@forkd/core";
import { z } from "zod";
import type { Services } from "../../../services.ts";

/** One request of E2B's control plane, parsed. */
export interface E2bRequest<Params, Query, Body> extends CallOptions {
  readonly caller: Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** What follows `<port>-<sandbox>.` in the host names of ports, with the port that the caller asks this daemon by. */
  readonly domain: string;
}

/** What is answered. */
export interface E2bReply {
  /** That of the call, unless told. */
  readonly status?: number;
  readonly body?: unknown;
  /** Where the next page of a list begins. */
  readonly nextToken?: string | null;
}

interface CallAddress {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As Fastify's; the same call under each of these. */
  readonly paths: readonly string[];
  /** What E2B's TypeScript client calls it. */
  readonly sdk: string;
}

/** A call that is served. */
export interface ServedCall extends CallAddress {
  readonly scope: Scope;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | undefined;
  readonly status: number;
  /** Whether E2B's clients take 409 for something else than a failure. */
  readonly hasOwnConflict?: boolean | undefined;
  readonly handle: (services: Services, request: E2bRequest<unknown, unknown, unknown>) => Promise<E2bReply>;
}

/** A call that E2B has and we do not. */
export interface RefusedCall extends CallAddress {
  readonly why: string;
  readonly instead: string;
}

/** What a call is made of; what is left away is nothing. */
interface CallPlan<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType>
  extends CallAddress, Partial<Pick<ServedCall, "scope" | "hasOwnConflict">> {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly status: number;
  readonly handle: (
    services: Services,
    request: E2bRequest<z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Promise<E2bReply>;
}

const NOTHING = z.object({});

/** A row of the table of calls, whose handler has what its schemas give. */
export function serve<
  Params extends z.ZodObject = typeof NOTHING,
  Query extends z.ZodObject = typeof NOTHING,
  Body extends z.ZodType = z.ZodUndefined,
>({ params, query, body, handle, ...call }: CallPlan<Params, Query, Body>): ServedCall {
  return {
    ...call,
    scope: call.scope ?? (call.method === "GET" ? "read" : "use"),
    params: params ?? NOTHING,
    query: query ?? NOTHING,
    body,
    handle: handle as ServedCall["handle"],
  };
}
