import type { Route } from "@forkd/contract";
import type { z } from "zod";
import { toJsonSchema } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";
import { renderType } from "./typescript.ts";
import type { NameOf } from "./typescript.ts";

/** Whether a route takes JSON: neither nothing nor raw bytes. */
export function isSchema(body: Route["body"]): body is z.ZodType {
  return body !== undefined && body !== "bytes";
}

/** The requests and responses of all operations, as one interface. */
export function renderOperationTypes(
  routes: readonly (readonly [string, Route])[],
  nameOfInput: NameOf,
  nameOfOutput: NameOf,
): string {
  const members = routes.map(([name, route]) => {
    const { params, query, body, response } = route;
    const parts = [
      ...(params ? [`readonly params: ${renderType(asSent(params), nameOfInput)}`] : []),
      ...(query ? [renderQuery(asSent(query), nameOfInput)] : []),
      ...(isSchema(body) ? [`readonly body: ${renderType(toJsonSchema(body, "input"), nameOfInput)}`] : []),
    ];
    const request = parts.length === 0 ? "Readonly<Record<never, never>>" : `{ ${parts.join("; ")} }`;
    const reply = response ? renderType(toJsonSchema(response, "output"), nameOfOutput) : "void";
    return `  /** ${route.summary} */\n  ${name}: { readonly request: ${request}; readonly response: ${reply} };\n`;
  });
  return `/** What each operation takes and answers. */\nexport interface Operations {\n${members.join("")}}\n`;
}

/** Text of a URL: typed as what it is parsed to, and optional where the sender may leave it away. */
export function asSent(schema: z.ZodObject): JsonSchema {
  const required = toJsonSchema(schema, "input").required ?? [];
  return { ...toJsonSchema(schema, "output"), required };
}

/** Method, path and kind of reply of all operations, as data. */
export function renderOperationTable(routes: readonly (readonly [string, Route])[]): string {
  const rows = routes.map(
    ([name, { method, path, reply, keyed }]) =>
      `  ${name}: ${JSON.stringify({ method, path, reply, keyed })},\n`,
  );
  return `/** How each operation is sent. */\nexport const OPERATIONS = {\n${rows.join("")}} as const;\n`;
}

function renderQuery(query: JsonSchema, nameOf: NameOf): string {
  const optional = query.required?.length ? "" : "?";
  return `readonly query${optional}: ${renderType(query, nameOf)}`;
}
