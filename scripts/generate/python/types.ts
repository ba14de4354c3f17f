import { referencedId } from "../json-schema.ts";
import type { JsonSchema } from "../json-schema.ts";
import { isRecord } from "../typescript.ts";
import { inlineObjects, pythonName } from "./shapes.ts";

/** The containers of what is sent may be any; those of what comes are known. */
export interface Containers {
  readonly list: string;
  readonly record: string;
}

/** `schema` as a type expression of Python; objects in it that have no name have `part` as theirs. */
export function renderPythonType(schema: JsonSchema, part: string, containers: Containers): string {
  return union(listTypes(schema, part, containers));
}

function listTypes(schema: JsonSchema, part: string, containers: Containers): string[] {
  if (schema.$ref !== undefined) return [pythonName(referencedId(schema.$ref))];
  if (schema.const !== undefined) return [literal([schema.const])];
  if (schema.enum !== undefined) return [literal(schema.enum)];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return joinLiterals(choices.flatMap((each) => listTypes(each, part, containers)));
  if (Array.isArray(schema.type)) return schema.type.flatMap((type) => listTypes({ type }, part, containers));
  return [renderSingle(schema, part, containers)];
}

function renderSingle(schema: JsonSchema, part: string, containers: Containers): string {
  const { type = "any" } = schema;
  if (typeof type !== "string") return "Any";
  switch (type) {
    case "string":
      return "str";
    case "boolean":
      return "bool";
    case "null":
      return "None";
    case "integer":
      return "int";
    case "number":
      return "float";
    case "array":
      return `${containers.list}[${renderPythonType(schema.items ?? {}, part, containers)}]`;
    case "object":
      return renderObject(schema, part, containers);
    default:
      return "Any";
  }
}

function renderObject(schema: JsonSchema, part: string, containers: Containers): string {
  if (inlineObjects(schema).length > 0) return part;
  const value = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
  const values = isRecord(schema) ? renderPythonType(value, part, containers) : "Any";
  return `${containers.record}[str, ${values}]`;
}

/** Words of several choices are one choice. */
function joinLiterals(types: readonly string[]): string[] {
  const words = types.flatMap((type) => /^Literal\[(.*)\]$/.exec(type)?.[1] ?? []);
  const others = types.filter((type) => !type.startsWith("Literal["));
  return words.length === 0 ? others : [`Literal[${[...new Set(words.join(", ").split(", "))].join(", ")}]`, ...others];
}

function literal(values: readonly unknown[]): string {
  const words = values.map((value) =>
    typeof value === "boolean" ? (value ? "True" : "False") : value === null ? "None" : JSON.stringify(value),
  );
  return `Literal[${words.join(", ")}]`;
}

function union(types: readonly string[]): string {
  const once = [...new Set(types)].filter((type) => type !== "None");
  if (once.includes("Any")) return "Any";
  return [...once, ...(types.includes("None") ? ["None"] : [])].join(" | ");
}
