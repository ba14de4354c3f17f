import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { CopyWorkers, settleAll } from "./copy-workers.ts";

const { signal } = new AbortController();

test("copies each item once, several side by side, each in a buffer of its own", async () => {
  const busy = new Set<Buffer>();
  let most = 0;
  const done: number[] = [];
  await new CopyWorkers().run(Array(20).keys(), signal, async (item, buffer) => {
    expect(busy.has(buffer)).toBe(false);
    busy.add(buffer);
    most = Math.max(most, busy.size);
    await delay(1);
    busy.delete(buffer);
    done.push(item);
  });
  expect(done.toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
  expect(most).toBe(4);
});

test("starts nothing after a failure, and throws when nothing is under way", async () => {
  let started = 0;
  let ended = 0;
  const run = new CopyWorkers().run(Array(20).keys(), signal, async (item) => {
    started += 1;
    await delay(item === 1 ? 1 : 10);
    ended += 1;
    if (item === 1) throw new Error("no room");
  });
  await expect(run).rejects.toThrow("no room");
  expect([started, ended]).toEqual([4, 4]);
});

test("stops when it is given up", async () => {
  await expect(new CopyWorkers().run([1], AbortSignal.abort(), async () => {})).rejects.toThrow("aborted");
});

test("tells of a full disk before anything else", async () => {
  const full = Object.assign(new Error("full"), { code: "ENOSPC" });
  await expect(settleAll([Promise.reject(new Error("first")), Promise.reject(full)])).rejects.toBe(full);
  await expect(settleAll([Promise.resolve()])).resolves.toBeUndefined();
});
