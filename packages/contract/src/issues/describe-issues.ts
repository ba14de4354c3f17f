import type { z } from "zod";
import { describeSize } from "./describe-size.ts";
import { JSON_WORDS } from "./issue-words.ts";
import type { FieldIssue, IssueWords, Path } from "./issue-words.ts";
import { schemaAt } from "./schema-at.ts";

type Issue = z.core.$ZodIssue;

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

interface Described {
  readonly schema: z.ZodType;
  readonly given: unknown;
  readonly words: IssueWords;
}

/** The issues of a value that is not what `schema` wants, in words: what it must be, and what it is. */
export function describeIssues(
  schema: z.ZodType,
  value: unknown,
  issues: readonly Issue[],
  words: IssueWords = JSON_WORDS,
): FieldIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      const known = Object.keys(schemaAt(schema, issue.path)?.["properties"] ?? {});
      return words.unknown(issue.path, issue.keys, known);
    }
    const message = describeIssue(issue, { schema, given: valueAt(value, issue.path), words });
    return { path: words.nameOf(issue.path), message };
  });
}

function describeIssue(
  issue: Exclude<Issue, { code: "unrecognized_keys" }>,
  { schema, given, words }: Described,
): string {
  const but = describeGiven(issue.path, given);
  switch (issue.code) {
    case "too_big":
    case "too_small":
      return isOurs(issue) ? issue.message : describeSize(issue, given, schema);
    case "invalid_type":
      if (given === undefined) return "is missing";
      return `must be ${describeType(issue, { schema, given, words })}${but || `, and is ${describeKind(given, words)}`}`;
    case "invalid_value":
      return `must be ${issue.values.map(String).join(" or ")}${but}`;
    case "invalid_format":
      return `${isOurs(issue) ? issue.message : `must be ${describeFormat(issue)}`}${but}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? issue.message;
    case "custom":
    case "invalid_element":
    case "invalid_union":
    case "not_multiple_of":
      return issue.message;
  }
}

/** The schemas' own words begin as the rest of a sentence; zod's with a capital. */
const isOurs = ({ message }: Issue): boolean => /^[a-z]/.test(message);

function describeType(
  { expected, path }: Extract<Issue, { code: "invalid_type" }>,
  { schema, words: { types, lists } }: Described,
): string {
  const items = expected === "array" ? (schemaAt(schema, path)?.["items"] as { type?: string }) : undefined;
  return lists[items?.type ?? ""] ?? types[expected] ?? expected;
}

function describeKind(given: unknown, { types }: IssueWords): string {
  if (given === null) return "null";
  const kind = Array.isArray(given) ? "array" : typeof given;
  return types[kind] ?? kind;
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
