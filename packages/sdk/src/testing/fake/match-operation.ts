import { OPERATIONS } from "../../api.gen.ts";
import type { OperationName } from "../../connection.ts";
import type { TransportRequest } from "../../transport/transport.ts";

/** Which operation a request is, with what its path says. */
export interface MatchedOperation {
  readonly name: OperationName;
  readonly params: Readonly<Record<string, string>>;
}

/** A path that has no parameter goes before one that has: `/v1/snapshots/pull` is no tag. */
const PATTERNS = Object.entries(OPERATIONS)
  .map(([name, { method, path }]) => ({ name: name as OperationName, method, parts: path.split("/") }))
  .toSorted((a, b) => countParams(a.parts) - countParams(b.parts));

function countParams(parts: readonly string[]): number {
  return parts.filter((part) => part.startsWith(":")).length;
}

/** Throws for what is no operation of the API. */
export function matchOperation({ method, path }: TransportRequest): MatchedOperation {
  const given = path.split("?")[0]!.split("/").map(decodeURIComponent);
  for (const pattern of PATTERNS) {
    const { name, parts } = pattern;
    const params = method === pattern.method ? matchParts(parts, given) : undefined;
    if (params) return { name, params };
  }
  throw new Error(`the API has no ${method} ${path}`);
}

function matchParts(
  parts: readonly string[],
  given: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (parts.length !== given.length) return undefined;
  const pairs = parts.map((part, i) => [part, given[i]!] as const);
  if (pairs.some(([part, word]) => !part.startsWith(":") && part !== word)) return undefined;
  const named = pairs.filter(([part]) => part.startsWith(":"));
  return Object.fromEntries(named.map(([part, word]) => [part.slice(1), word]));
}
