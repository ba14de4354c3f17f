import { referencedId } from "../json-schema.ts";
import type { JsonSchema } from "../json-schema.ts";
import { isRecord } from "../typescript.ts";

/** A class of the client: a schema's own, or one that a field of it holds. */
export interface Shape {
  readonly name: string;
  readonly description: string | undefined;
  readonly fields: readonly Field[];
}

interface Field {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** The schemas that can be named. */
export type Named = ReadonlyMap<string, JsonSchema>;

/** `Error` is taken; everything else keeps its name. */
export function pythonName(id: string): string {
  return id === "Error" ? "ErrorReply" : id;
}

/** The name of what a field of a shape holds, where the contract has none for it. */
export function nameOfPart(shape: string, field: string): string {
  return shape + field.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The fields of a schema: of a choice between objects, those of all of them. Undefined for what is no object. */
export function fieldsOf(schema: JsonSchema, named: Named): readonly Field[] | undefined {
  const variants = listVariants(schema, named);
  if (variants.length === 0 || !variants.every(isObject)) return undefined;
  const names = new Set(variants.flatMap(({ properties = {} }) => Object.keys(properties)));
  return [...names].map((name) => {
    const having = variants.filter(({ properties = {} }) => name in properties);
    const schemas = having.flatMap(({ properties = {} }) => properties[name] ?? []);
    const isEverywhere = having.length === variants.length;
    return {
      name,
      schema: schemas.length === 1 ? schemas[0]! : { ...describe(schemas), anyOf: schemas },
      isRequired: isEverywhere && variants.every(({ required = [] }) => required.includes(name)),
    };
  });
}

/** Every shape below a named schema, those of its fields before itself. */
export function listShapes(name: string, schema: JsonSchema, named: Named): Shape[] {
  const fields = fieldsOf(schema, named);
  if (fields === undefined) {
    const inner = { anyOf: inlineObjects(schema) };
    return inner.anyOf.length === 0 ? [] : listShapes(`${name}Fields`, inner, named);
  }
  const parts = fields.flatMap((field) => {
    const objects = inlineObjects(field.schema);
    return objects.length === 0
      ? []
      : listShapes(nameOfPart(name, field.name), { anyOf: objects }, named);
  });
  return [...parts, { name, description: schema.description, fields }];
}

/** The objects without a name that a value, or an item of it, may be. */
export function inlineObjects(schema: JsonSchema): JsonSchema[] {
  if (schema.items !== undefined) return inlineObjects(schema.items);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.flatMap(inlineObjects);
  return schema.$ref === undefined && isObject(schema) ? [schema] : [];
}

function describe(schemas: readonly JsonSchema[]): { description?: string } {
  const [description, ...others] = new Set(schemas.map((schema) => schema.description));
  return description === undefined || others.length > 0 ? {} : { description };
}

function isObject(schema: JsonSchema): boolean {
  return schema.type === "object" && schema.properties !== undefined && !isRecord(schema);
}

function listVariants(schema: JsonSchema, named: Named): JsonSchema[] {
  if (schema.$ref !== undefined) return listVariants(named.get(referencedId(schema.$ref)) ?? {}, named);
  const choices = schema.anyOf ?? schema.oneOf;
  return choices === undefined ? [schema] : choices.flatMap((choice) => listVariants(choice, named));
}
