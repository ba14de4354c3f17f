import { z } from "zod";

/** What is wrong with a field of a request, as the end of a sentence that begins with its name. */
export interface RequestIssue {
  readonly path: string;
  readonly message: string;
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Whose values are nobody's business but the caller's, or too long for a sentence. */
const NOT_SHOWN: ReadonlySet<PropertyKey> = new Set([
  "credentials",
  "env",
  "code",
  "stdin",
  "content_base64",
  "script",
]);
const MAX_SHOWN = 64;

/** The issues of a value that is not what `schema` wants, in words: what it must be, and what it is. */
export function describeIssues(schema: z.ZodType, value: unknown, issues: readonly Issue[]): RequestIssue[] {
  return issues.map((issue) => {
    const given = valueAt(value, issue.path);
    return { path: issue.path.join("."), message: describeIssue(issue, given, schema) };
  });
}

function describeIssue(issue: Issue, given: unknown, schema: z.ZodType): string {
  if (given === undefined && issue.code === "invalid_type") return "is missing";
  const but = describeGiven(issue.path, given);
  switch (issue.code) {
    case "too_big":
    case "too_small":
      return describeSize(issue, given, schema);
    case "invalid_type":
      return `must be ${describeType(issue.expected)}${but || `, and is ${describeKind(given)}`}`;
    case "invalid_value":
      return `must be ${issue.values.map(String).join(" or ")}${but}`;
    case "unrecognized_keys": {
      const names = issue.keys.slice(0, 5).join(", ");
      return issue.path.length === 0 ? `there is no field ${names} here` : `has no field ${names}`;
    }
    case "invalid_format":
      return `${isOurs(issue) ? issue.message : `must be ${describeFormat(issue)}`}${but}`;
    case "custom":
    case "invalid_element":
    case "invalid_key":
    case "invalid_union":
    case "not_multiple_of":
      return issue.message;
  }
}

/** The schemas' own words begin as the rest of a sentence; zod's with a capital. */
const isOurs = ({ message }: Issue): boolean => /^[a-z]/.test(message);

function describeSize(
  issue: Extract<Issue, { code: "too_big" | "too_small" }>,
  given: unknown,
  schema: z.ZodType,
): string {
  if (isOurs(issue)) return issue.message;
  const range = describeRange(schema, issue);
  if (typeof given === "number") return `must be ${range}, and is ${given}`;
  const unit = typeof given === "string" ? "characters" : "entries";
  const length = (given as { length?: number } | undefined)?.length;
  return `must have ${range} ${unit}${length === undefined ? "" : `, and has ${length}`}`;
}

/** Both bounds of a field, though a value can only be on the wrong side of one. */
function describeRange(schema: z.ZodType, issue: Extract<Issue, { code: "too_big" | "too_small" }>): string {
  const field = schemaAt(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), issue.path);
  const bound = (...names: string[]): number | undefined =>
    names.map((name) => field?.[name] as number | undefined).find((it) => it !== undefined);
  const above = bound("exclusiveMinimum");
  const least =
    above ??
    bound("minimum", "minLength", "minItems") ??
    (issue.code === "too_small" ? Number(issue.minimum) : 0);
  const most =
    bound("maximum", "maxLength", "maxItems") ??
    (issue.code === "too_big" ? Number(issue.maximum) : undefined);
  if (above !== undefined) return `above ${above}${most === undefined ? "" : ` and at most ${most}`}`;
  return most === undefined ? `at least ${least}` : `from ${least} to ${most}`;
}

type JsonSchema = Record<string, unknown>;

function schemaAt(root: JsonSchema, path: Path): JsonSchema | undefined {
  const definitions = root["$defs"] as Record<string, JsonSchema> | undefined;
  const enter = (schema: JsonSchema | undefined): JsonSchema | undefined => {
    const reference = schema?.["$ref"] as string | undefined;
    if (reference !== undefined) return definitions?.[reference.replace("#/$defs/", "")];
    const variants = schema?.["anyOf"] as JsonSchema[] | undefined;
    return variants === undefined ? schema : enter(variants.find(({ type }) => type !== "null"));
  };
  return path.reduce<JsonSchema | undefined>((schema, step) => {
    const fields = schema?.["properties"] as JsonSchema | undefined;
    return enter(
      (typeof step === "number" ? schema?.["items"] : fields?.[String(step)]) as JsonSchema | undefined,
    );
  }, enter(root));
}

const TYPES: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function describeType(expected: string): string {
  return TYPES[expected] ?? expected;
}

function describeKind(given: unknown): string {
  if (given === null) return "null";
  return Array.isArray(given) ? "a list" : (TYPES[typeof given] ?? typeof given);
}

function describeFormat({ format, pattern }: Extract<Issue, { code: "invalid_format" }>): string {
  if (format === "url") return "a URL";
  if (format === "base64") return "base 64";
  return pattern === undefined ? `of the form ${format}` : `of the form ${pattern}`;
}

/** `, and is …`, where the value may be shown and is short. */
function describeGiven(path: Path, given: unknown): string {
  if (path.some((step) => NOT_SHOWN.has(step))) return "";
  if (typeof given === "string") return given.length > MAX_SHOWN ? "" : `, and is ${JSON.stringify(given)}`;
  return typeof given === "number" || typeof given === "boolean" ? `, and is ${given}` : "";
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step],
    value,
  );
}
