import { usageError } from "../cli-error.ts";

/** One side of a copy. */
export type Place =
  | { readonly kind: "host"; readonly path: string }
  | { readonly kind: "stream" }
  | { readonly kind: "guest"; readonly id: string; readonly path: string };

const IN_GUEST = /^(?<id>@last|[A-Za-z0-9_][\w.-]*):(?<path>.*)$/s;
/** What no path of the host is likely to be called. */
const SANDBOX = /^(@last|sb_[0-9a-z]+)$/;

/** `ID:/path` and `NAME:/path` are in a guest, `-` is standard input or output; everything else is a path of the host. */
export function parsePlace(text: string): Place {
  if (text === "-") return { kind: "stream" };
  const { id = "", path = "" } = IN_GUEST.exec(text)?.groups ?? {};
  if (path.startsWith("/")) return { kind: "guest", id, path };
  if (!SANDBOX.test(id)) return { kind: "host", path: text };
  throw usageError(`${text} has no absolute path`, `${id}:/root/${path}`);
}

/** What a path of the host was perhaps meant to be, as the end of a sentence. */
export function describeMistake(path: string): string {
  return SANDBOX.test(path) ? `a place in that sandbox is ${path}:/root/` : "";
}
