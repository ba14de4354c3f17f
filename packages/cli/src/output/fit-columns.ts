/** How narrow a column of text may become before columns are left out instead. */
const LEAST_WIDTH = 8;

interface ColumnWidth {
  readonly width: number;
  /** Text can be cut; a quantity that is cut is another one. */
  readonly canShrink: boolean;
}

/**
 * Widths that fit into `room` columns of a terminal, with `gap` between them: the widest texts give way first, then
 * columns are left out from the right, which is width 0. The first column names its row, and stays as it is.
 */
export function fitColumns(columns: readonly ColumnWidth[], room: number, gap: number): number[] {
  const widths = columns.map(({ width }, i) => (i === 0 ? width : Math.min(width, room)));
  const excess = (): number => {
    const shown = widths.filter((width) => width > 0);
    return shown.reduce((sum, width) => sum + width, 0) + gap * (shown.length - 1) - room;
  };
  while (excess() > 0) {
    const widest = findWidest(columns, widths);
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  for (let i = widths.length - 1; i > 0 && excess() > 0; i--) widths[i] = 0;
  return widths;
}

function findWidest(columns: readonly ColumnWidth[], widths: readonly number[]): number | undefined {
  const shrinkable = widths
    .map((width, i) => ({ width, i }))
    .filter(({ width, i }) => i > 0 && columns[i]?.canShrink && width > LEAST_WIDTH);
  return shrinkable.toSorted((a, b) => b.width - a.width)[0]?.i;
}
