import { InvalidArgumentError } from "@commander-js/extra-typings";

/** Means the user's own daemon, and can be no context's name. */
export const DEFAULT_CONTEXT = "default";

/** A name as tags have them, so that a table and a shell can show it. */
export function parseContextName(text: string): string {
  if (text === DEFAULT_CONTEXT) throw new InvalidArgumentError("It means the local daemon.");
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(text) && text !== "__proto__") return text;
  throw new InvalidArgumentError("It must be 1 to 64 of A-Z a-z 0-9 _ . -");
}
