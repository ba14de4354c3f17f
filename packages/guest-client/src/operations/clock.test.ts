import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  estimateOffset,
  estimateOffsetAfterSet,
  nanosecondsSchema,
  stampNow,
  toRealtimeNs,
} from "./clock.ts";
import { worstOffset } from "./clock.ts";

/** A stamp as it would have been some ms ago. */
function stampAgo(ms: number): { wallMs: number; atMs: number } {
  const { wallMs, atMs } = stampNow();
  return { wallMs: wallMs - ms, atMs: atMs - ms };
}

const delayMs = fc.double({ min: 0, max: 500, noNaN: true });

describe("the clock estimate", () => {
  it("holds the true offset of a clock that was set, wherever the time went", () => {
    fc.assert(
      fc.property(delayMs, delayMs, delayMs, delayMs, (requestMs, workMs, answerMs, aheadMs) => {
        const sent = stampAgo(requestMs + workMs + answerMs);
        const trueOffsetMs = aheadMs - requestMs;
        const guestMs = sent.wallMs + requestMs + workMs + trueOffsetMs;
        const { offsetMs, errorMs } = estimateOffsetAfterSet(sent, aheadMs, guestMs);
        expect(Math.abs(offsetMs - trueOffsetMs)).toBeLessThanOrEqual(errorMs + 1);
      }),
    );
  });

  it("does not count the time that the guest spent between setting and reading", () => {
    const sent = stampAgo(5010);
    expect(worstOffset(estimateOffsetAfterSet(sent, 0, sent.wallMs + 5000))).toBeLessThan(1000);
  });

  it("holds the true offset of a clock that was only read", () => {
    fc.assert(
      fc.property(delayMs, delayMs, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (out, back, trueMs) => {
        const sent = stampAgo(out + back);
        const { offsetMs, errorMs } = estimateOffset(sent, sent.wallMs + out + trueMs);
        expect(Math.abs(offsetMs - trueMs)).toBeLessThanOrEqual(errorMs + 1);
      }),
    );
  });

  it("does not believe a clock that claims to be far ahead of what it was set to", () => {
    expect(worstOffset(estimateOffsetAfterSet(stampNow(), 0, Date.now() + 1e6))).toBeGreaterThan(1e5);
  });

  it("reads nanoseconds as text and as numbers, and nothing else", () => {
    expect(nanosecondsSchema.parse("1790000000123456789")).toBeCloseTo(1_790_000_000_123.456, 2);
    expect(nanosecondsSchema.parse(1_790_000_000_000_000_000)).toBe(1_790_000_000_000);
    for (const wrong of ["", "-1", "1e9", "9".repeat(21), -1, null, {}]) {
      expect(nanosecondsSchema.safeParse(wrong).success).toBe(false);
    }
  });

  it("writes whole nanoseconds of a stamp", () => {
    expect(toRealtimeNs({ wallMs: 1_790_000_000_000, atMs: 0 }, 2.4)).toBe("1790000000002000000");
  });
});
