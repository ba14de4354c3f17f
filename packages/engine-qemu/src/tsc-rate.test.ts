import { describe, expect, it } from "vitest";
import { measureTscKhz, parseTimerSection } from "./tsc-rate.ts";

const signal = AbortSignal.timeout(20_000);

describe("measureTscKhz", () => {
  it("measures the same rate twice", async () => {
    const first = await measureTscKhz("qemu-system-x86_64", { signal });
    const second = await measureTscKhz("qemu-system-x86_64", { signal });
    expect(Math.abs(first - second) / first).toBeLessThan(1e-3);
    expect(first).toBeGreaterThan(500_000);
  });

  it("stops when it is cancelled", async () => {
    await expect(measureTscKhz("qemu-system-x86_64", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});

describe("parseTimerSection", () => {
  it("refuses a state that has no timer, or an end in it", () => {
    expect(() => parseTimerSection(Buffer.from("QEVM"))).toThrow(/no timer/);
    expect(() => parseTimerSection(Buffer.from("QEVM\x05timer1234"))).toThrow(/no timer/);
  });
});
