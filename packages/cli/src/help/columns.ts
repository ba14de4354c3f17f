/** How wide help is at most: as wide as it is rendered beforehand. */
export const HELP_COLUMNS = 80;

/** How wide the terminal is that help is shown in; that of a file is as wide as may be. */
export function terminalColumns(): number {
  return Math.min(process.stdout.columns ?? HELP_COLUMNS, HELP_COLUMNS);
}
