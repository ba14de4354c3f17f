import { fitColumns } from "./fit-columns.ts";
import { printLine } from "./print.ts";
import { styleFor } from "./style.ts";
import { clipLine, toSafeText } from "./text.ts";
import { widthOf } from "./text-width.ts";

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

/** How a table is shown. */
export interface TableView {
  readonly style?: ReturnType<typeof styleFor>;
  /** The columns of a terminal; everywhere else a table is as wide as it is. */
  readonly room?: number | undefined;
}

/** Lines of a table with its heads. Widths count what a terminal shows, so any script lines up. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { style = styleFor(process.stdout), room = terminalWidth() }: TableView = {},
): string[] {
  const cells = rows.map((row) =>
    columns.map(({ cell, lead }) => (lead?.(row) ?? "") + toSafeText(cell(row)).replaceAll(/\s+/g, " ")),
  );
  const widths = chooseWidths(columns, cells, room);
  const render = (texts: readonly string[], paint: (text: string, i: number) => string): string =>
    texts
      .flatMap((whole, i) => {
        const width = widths[i] ?? 0;
        if (width === 0) return [];
        const text = widthOf(whole) > width ? clipLine(whole, width) : whole;
        const space = " ".repeat(Math.max(0, width - widthOf(text)));
        return columns[i]?.align === "right" ? space + paint(text, i) : paint(text, i) + space;
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

function chooseWidths(
  columns: readonly Pick<Column<never>, "head" | "align">[],
  cells: readonly (readonly string[])[],
  room: number | undefined,
): number[] {
  const full = columns.map(({ head, align }, i) => ({
    width: Math.max(widthOf(head), ...cells.map((line) => widthOf(line[i] ?? ""))),
    canShrink: align !== "right",
  }));
  return room === undefined ? full.map(({ width }) => width) : fitColumns(full, room, GAP.length);
}

/** How wide the terminal is that we print to, if it is one. */
function terminalWidth(): number | undefined {
  return process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : undefined;
}

/** Prints rows as a table. */
export function printTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): void {
  for (const line of renderTable(rows, columns)) printLine(line);
}
