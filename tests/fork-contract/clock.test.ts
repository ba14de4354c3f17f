import { expect, test } from "vitest";
import { evaluate, useChildren } from "./children.ts";
import { PARENT } from "../harness/parent.ts";

const used = useChildren();

test("every child's wall clock is within 50 ms of the host's", async () => {
  for (const child of used.children) {
    await evaluate(child, "__import__('time').time()");
    const before = Date.now();
    const guest = Number(await evaluate(child, "__import__('time').time() * 1000"));
    const after = Date.now();
    expect(guest).toBeGreaterThan(before - 50);
    expect(guest).toBeLessThan(after + 50);
  }
});

test("the monotonic clock goes on from where the parent's stood", async () => {
  const snapshot = await used.daemon.forkd.snapshots.get(PARENT);
  for (const child of used.children) {
    const monotonicMs = Number(await evaluate(child, "__import__('time').monotonic() * 1000"));
    expect(monotonicMs).toBeGreaterThan(1000);
    expect(monotonicMs).toBeLessThan(Date.now() - snapshot.createdAtUnix * 1000 + snapshot.buildMs + 5000);
  }
});
