import type { DoctorCheck } from "@forkd/sdk";
import { printLine } from "./print.ts";
import { styleFor } from "./style.ts";
import { toSafeText } from "./text.ts";
import { widthOf } from "./text-width.ts";

const MARKS = {
  pass: { glyph: "✓", color: "green" },
  warn: { glyph: "!", color: "yellow" },
  fail: { glyph: "✗", color: "red" },
  skip: { glyph: "-", color: "dim" },
} as const;

/** Prints what a doctor found: a line each, its cure below, and a count. */
export function printChecks(checks: readonly DoctorCheck[]): void {
  const style = styleFor(process.stdout);
  const width = Math.max(0, ...checks.map(({ name }) => widthOf(name)));
  for (const { name, status, detail, hint } of checks) {
    const { glyph, color } = MARKS[status];
    const space = " ".repeat(width - widthOf(name));
    printLine(`${style(color, glyph)} ${name}${space}  ${toSafeText(detail)}`);
    if (hint !== null && status !== "pass") {
      printLine(`  ${" ".repeat(width)}  ${style("cyan", "try:")} ${toSafeText(hint)}`);
    }
  }
  const counts = (["pass", "warn", "fail", "skip"] as const)
    .map((status) => ({ status, count: checks.filter((check) => check.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => style(MARKS[status].color, `${count} ${status}`));
  printLine(`\n${counts.join(", ")}`);
}
