import { printLine } from "./print.ts";
import { styleFor } from "./style.ts";
import { toSafeText } from "./text.ts";
import { widthOf } from "./text-width.ts";

/** Prints names and values, one pair a line, the values below each other. */
export function printFacts(facts: readonly (readonly [name: string, value: string])[]): void {
  const style = styleFor(process.stdout);
  const width = Math.max(...facts.map(([name]) => widthOf(name)));
  for (const [name, value] of facts) {
    printLine(`${style("dim", name.padEnd(width))}  ${toSafeText(value).replaceAll("\n", " ")}`);
  }
}
