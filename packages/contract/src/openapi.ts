import { z } from "zod";
import { createDocument } from "zod-openapi";
import type {
  ZodOpenApiContentObject,
  ZodOpenApiOperationObject,
  ZodOpenApiPathsObject,
  ZodOpenApiResponsesObject,
} from "zod-openapi";
import { ERRORS } from "./errors/catalogue.ts";
import type { ErrorCode } from "./errors/catalogue.ts";
import { ROUTES } from "./routes.ts";
import type { Route } from "./routes/route.ts";
import { scopeOf } from "./scopes.ts";
import { evalEventSchema } from "./schemas/evaluation.ts";
import { execEventSchema } from "./schemas/guest.ts";
import { progressStreamSchema } from "./schemas/progress.ts";
import { wireErrorSchema } from "./schemas/system.ts";

const JSON_TYPE = "application/json";
const LINES_TYPE = "application/x-ndjson";
const TEXT_TYPE = "text/plain";
const BYTES_TYPE = "application/octet-stream";
const EVERY_ROUTE: readonly ErrorCode[] = ["invalid_request", "internal"];
/** By TCP alone. */
const OF_ACCESS: readonly ErrorCode[] = [
  "unauthenticated",
  "not_permitted",
  "too_many_refusals",
  "audit_failed",
];

const OF_KEYS: readonly ErrorCode[] = ["idempotency_key_reused"];
const OF_JSON: readonly ErrorCode[] = ["body_too_large", "request_timeout", "unsupported_media_type"];

const KEY_HEADER = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .meta({ description: "The same request with the same key is done once, and answered so for a day." }),
});

/** The OpenAPI 3.1 document of the whole API, made from the route table. */
export function createOpenApiDocument(version: string): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const [operation, route] of Object.entries<Route>(ROUTES)) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeOperation(operation, route) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: { title: "forkd", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "By TCP. The unix socket needs none." },
      },
    },
  });
}

function describeOperation(operationId: string, route: Route): ZodOpenApiOperationObject {
  return {
    operationId,
    summary: route.summary,
    security: scopeOf(route) === "none" ? [] : [{ token: [] }],
    ...(route.params || route.query || route.keyed
      ? {
          requestParams: {
            ...(route.keyed ? { header: KEY_HEADER } : {}),
            ...(route.params ? { path: route.params } : {}),
            ...(route.query ? { query: route.query } : {}),
          },
        }
      : {}),
    ...(route.body ? { requestBody: { content: describeBody(route.body), required: true } } : {}),
    responses: { [String(route.status)]: describeReply(route), ...describeErrors(route) },
  };
}

function describeBody(body: NonNullable<Route["body"]>): ZodOpenApiContentObject {
  return body === "bytes" ? { [BYTES_TYPE]: { schema: BINARY } } : { [JSON_TYPE]: { schema: body } };
}

const NEXT_CURSOR = {
  description: "The cursor of the next page; there is none on the last.",
  schema: { type: "string" },
} as const;
const BINARY = { type: "string", format: "binary" } as const;

function describeReply(route: Route): ZodOpenApiResponsesObject["200"] & object {
  const json = route.response ? { [JSON_TYPE]: { schema: route.response } } : {};
  switch (route.reply) {
    case "json":
      return { description: route.summary, content: json };
    case "page":
      return { description: route.summary, content: json, headers: { "x-next-cursor": NEXT_CURSOR } };
    case "progress":
      return {
        description: route.summary,
        content: { ...json, [LINES_TYPE]: { schema: progressStreamSchema } },
      };
    case "exec":
      return { description: route.summary, content: { ...json, [LINES_TYPE]: { schema: execEventSchema } } };
    case "eval":
      return { description: route.summary, content: { ...json, [LINES_TYPE]: { schema: evalEventSchema } } };
    case "lines":
      return {
        description: route.summary,
        content: route.response ? { [LINES_TYPE]: { schema: route.response } } : {},
      };
    case "text":
      return {
        description: route.summary,
        content: route.response ? { [TEXT_TYPE]: { schema: route.response } } : {},
      };
    case "bytes":
      return { description: route.summary, content: { [BYTES_TYPE]: { schema: BINARY } } };
    case "empty":
      return { description: route.summary };
  }
}

function describeErrors(route: Route): ZodOpenApiResponsesObject {
  const byStatus = new Map<number, ErrorCode[]>();
  const ofAccess = scopeOf(route) === "none" ? [] : OF_ACCESS;
  const ofBody = route.body !== undefined && route.body !== "bytes" ? OF_JSON : [];
  const ofKeys = route.keyed ? OF_KEYS : [];
  for (const code of new Set([...EVERY_ROUTE, ...ofAccess, ...ofBody, ...ofKeys, ...route.errors])) {
    const { status } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses: ZodOpenApiResponsesObject = {};
  for (const [status, codes] of byStatus) {
    responses[`${status}` as `${1 | 2 | 3 | 4 | 5}${string}`] = {
      description: `One of: ${codes.join(", ")}.`,
      content: { [JSON_TYPE]: { schema: wireErrorSchema } },
    };
  }
  return responses;
}
