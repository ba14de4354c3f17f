import { z } from "zod";

/** A moment on both of the host's clocks: the wall clock, and the one that never jumps; in ms. */
export interface Stamp {
  readonly wallMs: number;
  readonly atMs: number;
}

/** What is known of the guest's wall clock less the host's: it is within `errorMs` of `offsetMs`. */
export interface ClockOffset {
  readonly offsetMs: number;
  readonly errorMs: number;
}

/** `Date.now()` counts whole ms. */
export const HOST_CLOCK_STEP_MS = 1;
const NS_PER_MS = 1e6;

/** Nanoseconds since the epoch, as decimal text, since JSON numbers lose digits; parsed to ms. */
export const nanosecondsSchema = z
  .union([z.string().regex(/^\d{1,20}$/), z.number().nonnegative()])
  .transform((ns) => Number(ns) / NS_PER_MS);

export function stampNow(): Stamp {
  return { wallMs: Date.now(), atMs: performance.now() };
}

/** The `realtime_ns` that makes the guest's clock `aheadMs` ahead of a stamp. */
export function toRealtimeNs(stamp: Stamp, aheadMs: number): string {
  return `${Math.round(stamp.wallMs + aheadMs)}000000`;
}

/** The offset of a clock that read `guestMs` at some moment between a stamp and now. */
export function estimateOffset(sent: Stamp, guestMs: number): ClockOffset {
  return between(guestMs - receivedAt(sent), guestMs - sent.wallMs);
}

/**
 * The offset of a clock that was set to `aheadMs` past a stamp some time after it, and read `guestMs` since. It was
 * set after the stamp, so it is at most `aheadMs` ahead; it was read before now, so it is behind by no more than what
 * it lacks to now. Time that the guest spent between setting and reading adds nothing to the error.
 */
export function estimateOffsetAfterSet(sent: Stamp, aheadMs: number, guestMs: number): ClockOffset {
  return between(guestMs - receivedAt(sent), aheadMs);
}

/** The most by which the clock can be wrong, in ms. */
export function worstOffset({ offsetMs, errorMs }: ClockOffset): number {
  return Math.abs(offsetMs) + errorMs;
}

function receivedAt(sent: Stamp): number {
  return sent.wallMs + (performance.now() - sent.atMs) + HOST_CLOCK_STEP_MS;
}

function between(one: number, other: number): ClockOffset {
  return { offsetMs: (one + other) / 2, errorMs: Math.abs(other - one) / 2 };
}
