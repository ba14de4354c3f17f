import { ERRORS, ROUTES } from "@forkd/contract";
import type { ErrorCode, Route } from "@forkd/contract";

interface Definition {
  readonly status: number;
  readonly retryable: boolean;
  readonly message: (details: never) => string;
  readonly hint: (details: never) => string;
}

const INTRODUCTION = `<!-- Generated from packages/contract by scripts/generate.ts. -->

# Errors

Every failed request answers with its status and this body:

\`\`\`json
{ "error": "there is no snapshot x", "code": "snapshot_not_found", "hint": "…", "details": { "tag": "x" }, "request_id": "…" }
\`\`\`

\`error\` says what failed, on which object, with which numbers; \`hint\` says what mends it; \`details\` has the facts
of the sentence. A stream that has begun ends with a line \`{"type":"error","status":…,"error":{…}}\` instead.
Recognise errors by \`code\`; it is never reused for another meaning. *Retryable*: the same request may succeed
later without a change. The exit codes of the command line follow from the status: see [cli.md](cli.md).
`;

/** The catalogue of errors as a page. */
export function renderErrorCatalogue(): string {
  const codes = Object.entries<Definition>(ERRORS).toSorted(([a], [b]) => a.localeCompare(b, "en"));
  return [INTRODUCTION, renderOverview(codes), ...codes.map(renderEntry)].join("\n");
}

function renderOverview(codes: readonly (readonly [string, Definition])[]): string {
  const rows = codes.map(
    ([code, { status, retryable }]) =>
      `| [\`${code}\`](#${code}) | ${status} | ${retryable ? "yes" : "no"} |`,
  );
  return ["| code | status | retryable |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

function renderEntry([code, { status, retryable, message, hint }]: readonly [string, Definition]): string {
  const given = Object.entries<Route>(ROUTES).filter(([, route]) => route.errors.includes(code as ErrorCode));
  const by = given.map(([, { method, path }]) => `\`${method} ${path}\``).join(", ");
  return [
    `## ${code}`,
    "",
    `Status ${status}, ${retryable ? "retryable" : "not retryable"}.${by === "" ? "" : ` From ${by}.`}`,
    "",
    `- error: ${asCode(message(placeholder("")))}`,
    `- hint: ${asCode(hint(placeholder("")))}`,
    "",
  ].join("\n");
}

function asCode(sentence: string): string {
  return `\`${sentence.replaceAll(/\s*\n\s*/g, " ")}\``;
}

/** Stands for any value of the details, and writes itself as `<path>` into a sentence. */
function placeholder(path: string): never {
  const target = (): void => {};
  return new Proxy(target, {
    get: (_, key) => {
      if (key === Symbol.toPrimitive) return () => `<${path}>`;
      if (typeof key === "symbol") return undefined;
      const isPlace = /^(\d+|length|map|join|slice|filter|toSorted|candidate)$/.test(key);
      return placeholder(path === "" ? key : isPlace ? path : `${path}.${key}`);
    },
    apply: () => placeholder(path),
  }) as never;
}
