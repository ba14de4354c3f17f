import { z } from "zod";
import type { Path } from "./issue-words.ts";

/** A part of a schema, as JSON Schema has it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a schema says of the value at `path`; undefined where it says nothing. */
export function schemaAt(schema: z.ZodType, path: Path): JsonSchema | undefined {
  const root: JsonSchema = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const definitions = root["$defs"] as Record<string, JsonSchema> | undefined;
  const enter = (part: JsonSchema | undefined): JsonSchema | undefined => {
    const reference = part?.["$ref"] as string | undefined;
    if (reference !== undefined) return definitions?.[reference.replace("#/$defs/", "")];
    const variants = part?.["anyOf"] as JsonSchema[] | undefined;
    return variants === undefined ? part : enter(variants.find(({ type }) => type !== "null"));
  };
  return path.reduce<JsonSchema | undefined>((part, step) => {
    const fields = part?.["properties"] as JsonSchema | undefined;
    const inner = typeof step === "number" ? part?.["items"] : fields?.[String(step)];
    return enter(inner as JsonSchema | undefined);
  }, enter(root));
}
