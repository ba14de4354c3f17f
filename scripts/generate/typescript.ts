import { referencedId } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";
import { toSurfaceName } from "./names.ts";

/** Gives the TypeScript name of a named schema. */
export type NameOf = (id: string) => string;

/** `schema` as a TypeScript type expression, its properties in camel case. */
export function renderType(schema: JsonSchema, nameOf: NameOf): string {
  if (schema.$ref !== undefined) return nameOf(referencedId(schema.$ref));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return union(alternatives.map((part) => renderType(part, nameOf)));
  const { type = "unknown" } = schema;
  if (typeof type !== "string") return union(type.map((single) => renderType({ type: single }, nameOf)));
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return `readonly (${renderType(schema.items ?? {}, nameOf)})[]`;
    case "object":
      return renderObject(schema, nameOf);
    default:
      return "unknown";
  }
}

/** The members of an object type, one a line, with their doc comments. */
export function renderMembers(schema: JsonSchema, nameOf: NameOf): string {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {})
    .map(([wireName, property]) => {
      const optional = required.has(wireName) ? "" : "?";
      const type = renderType(property, nameOf);
      const absent = optional === "" || type === "unknown" ? "" : " | undefined";
      return `${renderDoc(property)}  readonly ${toSurfaceName(wireName)}${optional}: ${type}${absent};\n`;
    })
    .join("");
}

function renderObject(schema: JsonSchema, nameOf: NameOf): string {
  if (schema.properties === undefined || isRecord(schema)) {
    const value = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
    return `Readonly<Record<string, ${renderType(value, nameOf)}>>`;
  }
  if (Object.keys(schema.properties).length === 0) return "Readonly<Record<string, never>>";
  return `{\n${renderMembers(schema, nameOf)}}`;
}

/** Whether the keys of this object are data, and must not be mapped to another case. */
export function isRecord(schema: JsonSchema): boolean {
  return (
    schema.type === "object" &&
    schema.properties === undefined &&
    typeof schema.additionalProperties === "object"
  );
}

function renderDoc({ description, default: fallback, minimum, maximum }: JsonSchema): string {
  const parts = [
    description,
    fallback === undefined ? undefined : `Default: \`${JSON.stringify(fallback)}\`.`,
    minimum === undefined || maximum === undefined || !isRange(minimum, maximum)
      ? undefined
      : `From ${minimum} to ${maximum}.`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : `  /** ${parts.join(" ").replaceAll("*/", "* /")} */\n`;
}

/** Bounds that somebody chose; whole numbers are bounded by what a double holds anyway. */
function isRange(minimum: number, maximum: number): boolean {
  return Number.isSafeInteger(maximum) && maximum < Number.MAX_SAFE_INTEGER && minimum > -maximum - 1;
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(" | ");
}
