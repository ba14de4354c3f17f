import type { IncomingMessage } from "node:http";
import { TOKEN_PREFIX } from "@forkd/core";

export const API_KEY_HEADER = "x-api-key";
/** E2B's clients take no key that does not begin so and go on in hex. */
const KEY_PREFIX = /^e2b_/;

/** Whether one of E2B's clients asks for what no sandbox has. */
export const isOfE2b = ({ headers }: Pick<IncomingMessage, "headers">): boolean => API_KEY_HEADER in headers;

/** The token that a key of E2B's form is: the same digits. */
export function toToken(key: string): string {
  return key.replace(KEY_PREFIX, TOKEN_PREFIX);
}
