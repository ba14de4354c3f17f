import { ERRORS, ROUTES, renderShellHint } from "@forkd/contract";
import type { ErrorCode, Hint, Route } from "@forkd/contract";
import { renderSentence } from "./sentence.ts";

interface Definition {
  readonly status: number;
  readonly retryable: boolean;
  readonly message: (details: never) => string;
  readonly hint: (details: never) => Hint;
}

const INTRODUCTION = `<!-- Generated from packages/contract by scripts/generate.ts. -->

# Errors

Every failed request answers with its status and this body:

\`\`\`json
{ "error": "there is no snapshot x", "code": "snapshot_not_found", "hint": "…", "hint_parts": ["…"], "details": { "tag": "x" }, "request_id": "…" }
\`\`\`

\`error\` says what failed, on which object, with which numbers; \`hint\` says what mends it, in the words of the command
line; \`details\` has the facts of the sentence. Below, \`<fact>\` stands for one of them, and what is in brackets is
there only when there is such a fact. A stream that has begun ends with a line
\`{"type":"error","status":…,"error":{…}}\` instead.
Recognise errors by \`code\`; it is never reused for another meaning. *Retryable*: the same request may succeed
later without a change. The exit codes of the command line follow from the status: see [cli.md](cli.md).

Where a hint names something to call, \`hint_parts\` is the same for clients that have words of their own: text, and
between it operations with arguments, both called as in [openapi.json](openapi.json). An argument that is null is for you
to choose. A part with \`option\` names one argument of an operation.

\`\`\`text
["remove it: ", { "operation": "deleteSnapshot", "args": { "tag": "py" } }]
["raise ", { "operation": "createSnapshot", "option": "timeout_secs" }]
\`\`\`

The SDK says them as \`forkd.snapshots.remove("py")\` and \`timeoutSecs\`.
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
    `- error: \`${renderSentence(message)}\``,
    `- hint: \`${renderHint(hint)}\``,
    "",
  ].join("\n");
}

/** A hint in the words of the command line. A fact stands for a value that needs no quotes. */
function renderHint(hint: Definition["hint"]): string {
  return renderSentence((details) => renderShellHint(hint(details)).replaceAll(/'(<[\w.]+>)'/g, "$1"));
}
