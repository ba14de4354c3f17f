import { z } from "zod";

/** The part of JSON Schema that our zod schemas come out as. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

type Direction = "input" | "output";

/** `schema` as JSON Schema; a schema that has an id becomes a reference to it. */
export function toJsonSchema(schema: z.ZodType, io: Direction): JsonSchema {
  const id = schema.meta()?.id;
  if (id !== undefined) return { $ref: id };
  return z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema;
}

/** Every schema of the contract that has an id. */
export function namedSchemas(io: Direction): ReadonlyMap<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { io, unrepresentable: "any", uri: (id) => id });
  return new Map(Object.entries(schemas as unknown as Record<string, JsonSchema>));
}

/** The id that a `$ref` names. */
export function referencedId(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1);
}

/** The ids that `schema` names, directly or through other named schemas. */
export function reachableIds(
  schema: JsonSchema,
  named: ReadonlyMap<string, JsonSchema>,
  found = new Set<string>(),
): Set<string> {
  if (schema.$ref !== undefined) {
    const id = referencedId(schema.$ref);
    const target = named.get(id);
    if (target === undefined || found.has(id)) return found;
    found.add(id);
    reachableIds(target, named, found);
  }
  for (const part of partsOf(schema)) reachableIds(part, named, found);
  return found;
}

/** The schemas directly inside of `schema`. */
export function partsOf(schema: JsonSchema): JsonSchema[] {
  const { items, additionalProperties } = schema;
  return [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(items ? [items] : []),
    ...Object.values(schema.properties ?? {}),
    ...(typeof additionalProperties === "object" ? [additionalProperties] : []),
  ];
}
