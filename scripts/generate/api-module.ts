import { DEFAULT_TIMEOUT_SECS, ERRORS, ROUTES, SHELL_COMMANDS } from "@forkd/contract";
import type { Route, ShellWord } from "@forkd/contract";
import { format } from "prettier";
import { namedSchemas, reachableIds, toJsonSchema } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";
import { opaqueNames } from "./opaque-names.ts";
import { isSchema, renderOperationTable, renderOperationTypes } from "./operations.ts";
import { renderMembers, renderType } from "./typescript.ts";
import type { NameOf } from "./typescript.ts";

const HEADER = `/* Generated from packages/contract by scripts/generate.ts: change the contract, then \`npm run generate\`. */\n`;
/** Shapes of streams, which no route names as its response. */
const STREAM_SHAPES = ["ExecEvent", "EvalEvent", "Progress", "ProgressEvent", "Error"];

const inputs = namedSchemas("input");
const outputs = namedSchemas("output");

/** The SDK's view of the contract: interfaces in camel case, and the operations as types and as data. */
export async function renderApiModule(): Promise<string> {
  const routes = Object.entries<Route>(ROUTES);
  const inputIds = collect(
    inputs,
    routes.flatMap(([, { body }]) => (isSchema(body) ? [toJsonSchema(body, "input")] : [])),
  );
  const outputIds = collect(outputs, [
    ...routes.flatMap(([, { response }]) => (response ? [toJsonSchema(response, "output")] : [])),
    ...STREAM_SHAPES.map(($ref) => ({ $ref })),
  ]);
  const nameOfInput: NameOf = (id) => surfaceName(id);
  const nameOfOutput: NameOf = (id) => (inputIds.has(id) ? `${surfaceName(id)}Output` : surfaceName(id));
  const source = [
    HEADER,
    ...[...inputIds].toSorted().map((id) => renderDeclaration(nameOfInput(id), inputs.get(id), nameOfInput)),
    ...[...outputIds]
      .toSorted()
      .map((id) => renderDeclaration(nameOfOutput(id), outputs.get(id), nameOfOutput)),
    renderErrorCodes(),
    renderHintArguments(),
    renderTimeouts(),
    renderOperationTypes(routes, nameOfInput, nameOfOutput),
    renderOperationTable(routes),
    renderOpaqueNames([...inputs.values(), ...outputs.values()]),
  ].join("\n");
  return format(source, { parser: "typescript", printWidth: 110 });
}

/** `Error` is taken; everything else keeps its name. */
function surfaceName(id: string): string {
  return id === "Error" ? "ErrorReply" : id;
}

function collect(named: ReadonlyMap<string, JsonSchema>, roots: readonly JsonSchema[]): Set<string> {
  const found = new Set<string>();
  for (const root of roots) reachableIds(root, named, found);
  return found;
}

function renderDeclaration(name: string, schema: JsonSchema | undefined, nameOf: NameOf): string {
  if (schema === undefined) throw new Error(`there is no schema ${name}`);
  const doc = schema.description === undefined ? "" : `/** ${schema.description} */\n`;
  const isInterface = schema.type === "object" && Object.keys(schema.properties ?? {}).length > 0;
  return isInterface
    ? `${doc}export interface ${name} {\n${renderMembers(schema, nameOf)}}\n`
    : `${doc}export type ${name} = ${renderType(schema, nameOf)};\n`;
}

function renderErrorCodes(): string {
  const codes = Object.keys(ERRORS).toSorted();
  return `/** The codes that the daemon gives; a newer daemon may know more. */\nexport type ErrorCode =\n${codes
    .map((code) => `  | ${JSON.stringify(code)}`)
    .join("\n")};\n`;
}

function renderHintArguments(): string {
  const members = Object.entries<readonly ShellWord[]>(SHELL_COMMANDS).map(([operation, words]) => {
    const args = new Set(
      words.flatMap((word) => (typeof word === "string" ? [] : [JSON.stringify(word.arg)])),
    );
    return `  ${operation}: ${[...args].join(" | ") || "never"};\n`;
  });
  return `/** The operations that a hint can name, with those of their arguments that it can give. */\nexport interface HintArguments {\n${members.join("")}}\n`;
}

function renderTimeouts(): string {
  return `/** How long work may take unless told, in seconds; null: as long as its caller waits. */\nexport const DEFAULT_TIMEOUT_SECS = ${JSON.stringify(DEFAULT_TIMEOUT_SECS)} as const;\n`;
}

function renderOpaqueNames(schemas: readonly JsonSchema[]): string {
  return `/** Properties whose insides are data: their keys are never mapped. */\nexport const OPAQUE_NAMES: readonly string[] = ${JSON.stringify(opaqueNames(schemas))};\n`;
}
