import { BODY_LIMIT_BYTES, ForkdError, describeIssues } from "@forkd/contract";
import type { Route } from "@forkd/contract";
import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import { readJsonBody } from "./json-body.ts";
import { openRequestBody } from "./request-body.ts";

/** What a caller is told of a body that is wrong throughout. */
const MAX_ISSUES = 20;
const MAX_ISSUE_LENGTH = 1000;

/** What a route says of a request. */
type RequestSchemas = {
  readonly [Part in "params" | "query" | "body" | "bodyLimitBytes"]?: Route[Part] | undefined;
};

/** Parameters, query and body, as the schemas of the route say. Throws `invalid_request` and others. */
export async function parseRequest(route: RequestSchemas, request: FastifyRequest, signal: AbortSignal) {
  return {
    params: route.params && parsePart(route.params, request.params),
    query: route.query && parsePart(route.query, request.query),
    body: await readBody(route, request, signal),
  };
}

async function readBody(
  { body, bodyLimitBytes = BODY_LIMIT_BYTES }: RequestSchemas,
  { raw }: FastifyRequest,
  signal: AbortSignal,
): Promise<unknown> {
  if (!body) return undefined;
  if (body === "bytes") return openRequestBody(raw);
  return parsePart(body, (await readJsonBody(raw, bodyLimitBytes, { signal })) ?? {});
}

function parsePart(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = describeIssues(schema, value, parsed.error.issues.slice(0, MAX_ISSUES));
  throw new ForkdError("invalid_request", {
    issues: issues.map(({ path, message }) => ({ path, message: message.slice(0, MAX_ISSUE_LENGTH) })),
  });
}
