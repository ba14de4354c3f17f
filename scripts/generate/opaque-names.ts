import { partsOf } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";
import { isRecord } from "./typescript.ts";

/**
 * Names of properties whose insides are data, such as `env`: the SDK must not map their keys to another case.
 * Throws when a name is data in one schema and holds fields in another.
 */
export function opaqueNames(schemas: readonly JsonSchema[]): string[] {
  const opaque = new Set<string>();
  const structured = new Set<string>();
  const visit = (schema: JsonSchema): void => {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (isRecord(property) || isUnknown(property)) opaque.add(name);
      else if (holdsFields(property)) structured.add(name);
    }
    for (const part of partsOf(schema)) visit(part);
  };
  for (const schema of schemas) visit(schema);
  const both = [...opaque].filter((name) => structured.has(name));
  if (both.length > 0) throw new Error(`fields in one place, data in another: ${both.join(", ")}`);
  return [...opaque].toSorted();
}

function isUnknown(schema: JsonSchema): boolean {
  const { $ref, type, enum: choices, const: only } = schema;
  const says = [$ref, type, choices, only].some((part) => part !== undefined);
  return !says && partsOf(schema).length === 0;
}

function holdsFields(schema: JsonSchema): boolean {
  return schema.$ref !== undefined || schema.properties !== undefined || partsOf(schema).some(holdsFields);
}
