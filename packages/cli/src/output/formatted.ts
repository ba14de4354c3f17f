import type { Template } from "../parse/template.ts";
import { printLine } from "./print.ts";
import { toSafeText } from "./text.ts";

/** Prints each row as a template says, a line each. */
export function printFormatted(rows: readonly object[], { render }: Template): void {
  for (const row of rows) printLine(toSafeText(render(row)));
}
