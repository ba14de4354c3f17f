import { InvalidArgumentError } from "@commander-js/extra-typings";
import { parseSeconds } from "./seconds.ts";

/** With less digits it would be seconds of our childhood, and is more likely a time that lacks its unit. */
const UNIX_SECONDS = /^\d{10,11}(\.\d+)?$/;
const DATE = /^\d{4}-\d\d-\d\d/;
const TIME_WITH_UNIT = /[a-z]$/;

/** A moment in Unix milliseconds: so long ago (`10m`), a date (`2026-11-30T12:00Z`), or Unix seconds. */
export function parseSince(text: string): number {
  if (UNIX_SECONDS.test(text)) return Number(text) * 1000;
  const moment = DATE.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(moment)) return moment;
  if (TIME_WITH_UNIT.test(text)) return Date.now() - parseSeconds(text) * 1000;
  throw new InvalidArgumentError("It must be a time ago such as 10m or 1h30m, a date, or Unix seconds.");
}
