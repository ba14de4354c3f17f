/** What E2B's clients say in it is for their streams. */
export const KEEP_ALIVE_FIELD = "keepalive-ping-interval";
const MIN_SECS = 1;
const DEFAULT_SECS = 90;
const MAX_SECS = 3600;

/** How long a stream may be silent, as its client asks for it; unless told, so many seconds. */
export function keepAliveMs(asked: string | null | undefined, otherwiseSecs: number = DEFAULT_SECS): number {
  const secs = Number(asked ?? otherwiseSecs);
  return Math.min(Math.max(Number.isFinite(secs) ? secs : otherwiseSecs, MIN_SECS), MAX_SECS) * 1000;
}
