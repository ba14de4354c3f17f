import { usageError } from "../cli-error.ts";

/** One side of a copy. */
export type Place =
  | { readonly kind: "host"; readonly path: string }
  | { readonly kind: "stream" }
  | { readonly kind: "guest"; readonly id: string; readonly path: string };

const GUEST = /^(?<id>sb_[0-9a-z]+):(?<path>.*)$/s;

/** `sb_…:/path` is in a guest, `-` is standard input or output; everything else is a path of the host. */
export function parsePlace(text: string): Place {
  if (text === "-") return { kind: "stream" };
  const match = GUEST.exec(text);
  if (!match?.groups) return { kind: "host", path: text };
  const { id = "", path = "" } = match.groups;
  if (path.startsWith("/")) return { kind: "guest", id, path };
  throw usageError(`${text} has no absolute path`, `${id}:/root/${path}`);
}

/** What a path of the host was perhaps meant to be, as the end of a sentence. */
export function describeMistake(path: string): string {
  if (/^sb_[0-9a-z]+$/.test(path)) return `a place in that sandbox is ${path}:/root/`;
  if (/^[A-Za-z0-9_][\w.-]*:\//.test(path))
    return "a sandbox is named by its id, as in sb_…:/root/: see forkd ps";
  return "";
}
