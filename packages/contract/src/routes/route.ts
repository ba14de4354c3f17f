import type { z } from "zod";
import type { Scope } from "../wire.ts";
import type { ErrorCode } from "../errors/catalogue.ts";

/**
 * How a route answers: a JSON body, a page of a list, JSON or progress lines, JSON or lines of an exec or an evaluation, JSON
 * lines, text, raw bytes, or nothing.
 */
export type ReplyKind = "json" | "page" | "progress" | "exec" | "eval" | "lines" | "text" | "bytes" | "empty";

/** One row of the route table. Paths are written as Fastify's: `/v1/sandboxes/:id`. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly summary: string;
  /** What the caller must be allowed to, where that is not `read` for GET and `use` for all else. `none`: nobody asks. */
  readonly scope?: Scope | "none";
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** A schema for JSON, or `"bytes"` for a raw streamed body. */
  readonly body?: z.ZodType | "bytes";
  /** How large a JSON body may be, when that is not `BODY_LIMIT_BYTES`. Raw bodies have no limit. */
  readonly bodyLimitBytes?: number;
  readonly status: 200 | 201 | 204;
  /** Whether it may be sent again with the same Idempotency-Key without being done again. */
  readonly keyed?: true;
  /** The status of an answer to `wait: false` in the body: the work goes on. */
  readonly statusWithoutWait?: 202;
  readonly reply: ReplyKind;
  readonly response?: z.ZodType;
  readonly errors: readonly ErrorCode[];
}

/** Keeps the literal types of a part of the table. */
export const defineRoutes = <const R extends Record<string, Route>>(routes: R): R => routes;
