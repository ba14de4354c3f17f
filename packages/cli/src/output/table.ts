import stringWidth from "string-width";
import { printLine } from "./print.ts";
import { styleFor } from "./style.ts";
import { toSafeText } from "./text.ts";

/** One column: its head, its cell for a row, and whether it is a quantity (to the right). */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** Stands before the cell as it is, spaces and all; never text from elsewhere. */
  readonly lead?: (row: Row) => string;
  readonly align?: "left" | "right";
  /** Colours a finished cell; only on a terminal. */
  readonly paint?: (row: Row) => Parameters<ReturnType<typeof styleFor>>[0];
}

const GAP = "  ";

/** Lines of a table with its heads. Widths count what a terminal shows, so any script lines up. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  style = styleFor(process.stdout),
): string[] {
  const cells = rows.map((row) =>
    columns.map(({ cell, lead }) => (lead?.(row) ?? "") + toSafeText(cell(row)).replaceAll(/\s+/g, " ")),
  );
  const widths = columns.map(({ head }, i) =>
    Math.max(stringWidth(head), ...cells.map((line) => stringWidth(line[i] ?? ""))),
  );
  const render = (texts: readonly string[], paint: (text: string, i: number) => string): string =>
    texts
      .map((text, i) => {
        const space = " ".repeat(Math.max(0, (widths[i] ?? 0) - stringWidth(text)));
        const painted = paint(text, i);
        return columns[i]?.align === "right" ? space + painted : painted + space;
      })
      .join(GAP)
      .trimEnd();
  const heads = render(
    columns.map(({ head }) => head),
    (text) => style("dim", text),
  );
  const lines = rows.map((row, at) =>
    render(cells[at] ?? [], (text, i) => {
      const paint = columns[i]?.paint;
      return paint ? style(paint(row), text) : text;
    }),
  );
  return [heads, ...lines];
}

/** Prints rows as a table. */
export function printTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): void {
  for (const line of renderTable(rows, columns)) printLine(line);
}
