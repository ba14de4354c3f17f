/** Commands for a hint, without the schemas: for what must start fast. */
export { act } from "./hint.ts";
export { quoteShellWord } from "./quote-shell.ts";
export { renderShellCommand } from "./render-shell.ts";
