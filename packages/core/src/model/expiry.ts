/** The second, since the epoch, in which a time to live that begins now is over. */
export function expiryIn(ttlSecs: number | null): number | null {
  return ttlSecs === null ? null : Math.ceil(Date.now() / 1000 + ttlSecs);
}

/** Whether that second has come. */
export function isOver(expiresAtUnix: number): boolean {
  return expiresAtUnix * 1000 <= Date.now();
}
