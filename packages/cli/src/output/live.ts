import { stripVTControlCharacters } from "node:util";
import { sleep } from "../sleep.ts";
import { printText } from "./print.ts";
import { clipLine } from "./text.ts";

/** The screen as far as it is ours: up by so many lines, and all below cleared. */
const above = (lines: number): string => `\r${lines === 0 ? "" : `\u001B[${lines}A`}\u001B[J`;

/** How something is shown that changes. */
export interface LiveView {
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  /** How often it is shown; without end, unless told. */
  readonly times?: number | undefined;
}

/**
 * Shows lines again and again in one place of the terminal, until the signal aborts. Where standard output is no
 * terminal, each time is printed below the last.
 */
export async function showLive(
  render: () => Promise<readonly string[]>,
  { intervalMs, signal, times = Infinity }: LiveView,
): Promise<void> {
  let shown = 0;
  for (let left = times; ;) {
    const lines = fitScreen(await render());
    signal.throwIfAborted();
    printText(`${process.stdout.isTTY ? above(shown) : ""}${lines.join("\n")}\n`);
    shown = lines.length;
    left -= 1;
    if (left === 0) return;
    await sleep(intervalMs, signal);
  }
}

/** What scrolls away cannot be written over. */
function fitScreen(lines: readonly string[]): readonly string[] {
  const { isTTY, rows, columns } = process.stdout;
  if (!isTTY || rows < 3) return lines;
  const shown = lines.slice(0, rows - 2).map((line) => fitLine(line, columns));
  const left = lines.length - shown.length;
  return left === 0 ? shown : [...shown, `(${left} more)`];
}

/** A line that is too long loses its colours with its end. */
function fitLine(line: string, columns: number): string {
  return stripVTControlCharacters(line).length <= columns ? line : clipLine(line, columns);
}
