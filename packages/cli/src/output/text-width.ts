import { createRequire } from "node:module";
import type stringWidth from "string-width";

const require = createRequire(import.meta.url);
const PLAIN = /^[ -~]*$/;

/** How many columns of a terminal a text takes. What tells that of all scripts takes longer to load than a verb. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  const { default: measure } = require("string-width") as { readonly default: typeof stringWidth };
  return measure(text);
}
