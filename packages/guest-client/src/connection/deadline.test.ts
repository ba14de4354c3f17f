import { setTimeout as sleep } from "node:timers/promises";
import type { ForkdError } from "@forkd/contract";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Deadline, throwIfCancelled } from "./deadline.ts";
import type { Bounds } from "./deadline.ts";
import { GuestTime } from "./guest-time.ts";

const request = "POST /exec";
const never = new AbortController().signal;

/** The error that a deadline ends with, or `nothing` after `waitMs`. */
async function expire(bounds: Bounds, waitMs = 500): Promise<ForkdError | "nothing"> {
  const { promise, resolve } = Promise.withResolvers<ForkdError | "nothing">();
  using _deadline = new Deadline(bounds, new GuestTime(), resolve);
  setTimeout(() => resolve("nothing"), waitMs).unref();
  return await promise;
}

describe("a deadline", () => {
  it("ends a request with agent_timeout that names it and its ms", async () => {
    const error = await expire({ signal: never, request, timeoutMs: 20 });
    expect(error).toMatchObject({ code: "agent_timeout", details: { request, timeoutMs: 20 } });
  });

  it("ends a request with cancelled and the reason when its signal aborts", async () => {
    const reason = new Error("the client hung up");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 10);
    const error = await expire({ signal: controller.signal, request, timeoutMs: 0 });
    expect(error).toMatchObject({ code: "cancelled", cause: reason });
    expect(error).toHaveProperty("message", expect.stringContaining(request));
  });

  it("never comes when its time is 0 or over 24 days", async () => {
    expect(await expire({ signal: never, request, timeoutMs: 0 }, 50)).toBe("nothing");
    expect(await expire({ signal: never, request, timeoutMs: 2 ** 40 }, 50)).toBe("nothing");
  });

  it("leaves neither timer nor listener when it is disposed", async () => {
    const controller = new AbortController();
    let calls = 0;
    const bounds = { signal: controller.signal, request, timeoutMs: 10 };
    const deadline = new Deadline(bounds, new GuestTime(), () => (calls += 1));
    deadline[Symbol.dispose]();
    controller.abort();
    await sleep(30);
    expect(calls).toBe(0);
  });

  it("does not hold time against the guest in which nobody waits for it", async () => {
    let calls = 0;
    const bounds = { signal: never, request, timeoutMs: 20, stallMs: 40 };
    using deadline = new Deadline(bounds, new GuestTime(), () => (calls += 1));
    await sleep(100);
    expect(calls).toBe(0);
    deadline.wait();
    await sleep(25);
    deadline.rest();
    await sleep(60);
    expect(calls).toBe(0);
    deadline.wait();
    await sleep(110);
    expect(calls).toBe(1);
  });

  it("does not hold time against the guest in which it stands still, once or twice", () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let calls = 0;
    const time = new GuestTime();
    const bounds = { signal: never, request, timeoutMs: 60, stallMs: 60 };
    using deadline = new Deadline(bounds, time, () => calls++);
    deadline.wait();
    for (let round = 0; round < 2; round++) {
      vi.advanceTimersByTime(10);
      time.stop();
      vi.advanceTimersByTime(100);
      time.goOn();
    }
    vi.advanceTimersByTime(39);
    expect(calls).toBe(0);
    vi.advanceTimersByTime(2);
    expect(calls).toBe(1);
  });

  it("does not come while the guest stands still, but is cancelled then, also one that began meanwhile", async () => {
    const time = new GuestTime();
    const controller = new AbortController();
    const bounds = { signal: controller.signal, request, timeoutMs: 20 };
    const errors: ForkdError[] = [];
    using _before = new Deadline(bounds, time, (error) => errors.push(error));
    time.stop();
    using _meanwhile = new Deadline(bounds, time, (error) => errors.push(error));
    await sleep(60);
    expect(errors).toEqual([]);
    controller.abort();
    expect(errors).toMatchObject([{ code: "cancelled" }, { code: "cancelled" }]);
  });

  it("throws for a signal that was aborted before", () => {
    expect(() => throwIfCancelled({ signal: AbortSignal.abort(), request })).toThrow(
      expect.objectContaining({ code: "cancelled" }),
    );
    expect(() => throwIfCancelled({ signal: never, request })).not.toThrow();
  });
});
