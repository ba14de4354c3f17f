import { readFile } from "node:fs/promises";
import { ForkdError, reasonOf } from "@forkd/contract";

/** What examples have in a token's place, and what is too short to be one. */
const PLACEHOLDER = /^(?:REPLACE_ME|CHANGE_ME)/i;
const MIN_LENGTH = 16;

/**
 * The token in a file, for those who give it to a daemon beforehand. It is read once, at the start. Throws
 * `invalid_configuration` for one that cannot be read, is short, or is a placeholder.
 */
export async function readFixedToken(path: string): Promise<string> {
  const refuse = (why: string): ForkdError =>
    new ForkdError("invalid_configuration", { variable: "FORKD_TOKEN_FILE", value: path, why });
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw refuse(`cannot be read: ${reasonOf(error)}`);
  });
  const token = text.trim();
  if (PLACEHOLDER.test(token)) throw refuse("holds a placeholder");
  if (token.length < MIN_LENGTH) throw refuse(`holds ${token.length} characters, less than ${MIN_LENGTH}`);
  if (/\s/.test(token)) throw refuse("holds more than one word");
  return token;
}
