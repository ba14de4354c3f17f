import { join } from "node:path";
import { ROUTES } from "@forkd/contract";
import type { Route } from "@forkd/contract";
import { namedSchemas, toJsonSchema } from "../json-schema.ts";
import { opaqueNames } from "../opaque-names.ts";
import { asSent, isSchema } from "../operations.ts";
import { renderPythonErrors } from "./errors.ts";
import { renderPythonModels } from "./models.ts";
import { renderPythonOperations } from "./operations.ts";
import { renderPythonRequests } from "./requests.ts";
import { renderSyncModules } from "./sync-modules.ts";

const PACKAGE = "python/forkd/src/forkd";
/** Shapes of streams, which no route names as its response. */
const STREAM_SHAPES = ["ExecEvent", "EvalEvent", "Progress", "ProgressEvent", "Error"];
const PAGING = { limit: true, cursor: true } as const;

/** What is generated of the Python client, by its path in the repository. */
export async function renderPythonPackage(root: string, version: string): Promise<Map<string, string>> {
  const routes = Object.entries<Route>(ROUTES);
  const inputs = namedSchemas("input");
  const outputs = namedSchemas("output");
  const responses = routes.flatMap(([, { response }]) => (response ? [toJsonSchema(response, "output")] : []));
  const bodies = routes.flatMap(([, { body }]) => (isSchema(body) ? [toJsonSchema(body, "input")] : []));
  // Where a page begins and how long it is, the client says itself.
  const queries = routes.flatMap(([name, { query, reply }]) =>
    query ? [[queryName(name), asSent(reply === "page" ? query.omit(PAGING) : query)] as const] : [],
  );
  const streams = STREAM_SHAPES.map(($ref) => ({ $ref }));
  const opaque = opaqueNames([...inputs.values(), ...outputs.values()]);
  const modules = await renderSyncModules(join(root, PACKAGE, "_async"));
  return new Map([
    [`${PACKAGE}/models.py`, renderPythonModels([...responses, ...streams], outputs)],
    [`${PACKAGE}/requests.py`, renderPythonRequests(bodies, queries, inputs)],
    [`${PACKAGE}/operations.py`, renderPythonOperations(routes, opaque, version)],
    [`${PACKAGE}/errors/codes.py`, renderPythonErrors()],
    ...[...modules].map(([name, text]) => [`${PACKAGE}/_sync/${name}`, text] as const),
  ]);
}

function queryName(operation: string): string {
  return `${operation.charAt(0).toUpperCase()}${operation.slice(1)}Query`;
}
