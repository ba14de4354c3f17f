import { usageError } from "../cli-error.ts";

/** One side of a copy. */
export type Place =
  | { readonly kind: "host"; readonly path: string }
  | { readonly kind: "guest"; readonly id: string; readonly path: string };

const GUEST = /^(?<id>sb_[0-9a-z]+):(?<path>.*)$/s;

/** `sb_…:/path` is in a guest; everything else is a path of the host. */
export function parsePlace(text: string): Place {
  const match = GUEST.exec(text);
  if (!match?.groups) return { kind: "host", path: text };
  const { id = "", path = "" } = match.groups;
  if (path.startsWith("/")) return { kind: "guest", id, path };
  throw usageError(`${text} has no absolute path`, `${id}:/root/${path}`);
}
