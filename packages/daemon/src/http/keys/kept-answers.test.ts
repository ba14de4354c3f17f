import { ForkdError } from "@forkd/contract";
import { NEVER } from "@forkd/core";
import { afterEach, expect, test, vi } from "vitest";
import { fingerprintOf, readIdempotencyKey } from "./idempotency-key.ts";
import { KeptAnswers } from "./kept-answers.ts";

const OPTIONS = { signal: NEVER };
const request = (more: object = {}) => ({ caller: "ci", key: "k", fingerprint: "a fork", ...more });

afterEach(() => void vi.useRealTimers());

/** Work that counts how often it was done. */
function counting() {
  let count = 0;
  const work = async () => [{ id: `sb_${(count += 1)}` }];
  return { work, count: () => count };
}

test("what was done is not done again for the same key, and is for all else", async () => {
  const answers = new KeptAnswers();
  const { work, count } = counting();
  const first = await answers.answer(request(), OPTIONS, work);
  expect(await answers.answer(request(), OPTIONS, work)).toEqual(first);
  expect(count()).toBe(1);
  expect(await answers.answer(request({ key: "other" }), OPTIONS, work)).toEqual([{ id: "sb_2" }]);
  expect(await answers.answer(request({ caller: "other" }), OPTIONS, work)).toEqual([{ id: "sb_3" }]);
});

test("a key that was sent with another request is refused, also while that is under way", async () => {
  const answers = new KeptAnswers();
  const goOn = Promise.withResolvers<unknown>();
  const first = answers.answer(request(), OPTIONS, () => goOn.promise);
  const other = () => answers.answer(request({ fingerprint: "another" }), OPTIONS, async () => 1);
  await expect(other()).rejects.toMatchObject({ code: "idempotency_key_reused", status: 422 });
  goOn.resolve("done");
  await first;
  await expect(other()).rejects.toMatchObject({ code: "idempotency_key_reused" });
});

test("one that comes meanwhile waits, and is answered as the first", async () => {
  const answers = new KeptAnswers();
  const goOn = Promise.withResolvers<unknown>();
  const { work, count } = counting();
  const first = answers.answer(request(), OPTIONS, () => goOn.promise);
  const others = [1, 2].map(() => answers.answer(request(), OPTIONS, work));
  goOn.resolve("done");
  expect(await Promise.all([first, ...others])).toEqual(["done", "done", "done"]);
  expect(count()).toBe(0);
});

test("what failed is done anew, by one of those that waited for it", async () => {
  const answers = new KeptAnswers();
  const goOn = Promise.withResolvers<unknown>();
  const { work, count } = counting();
  const first = answers.answer(request(), OPTIONS, () => goOn.promise);
  const others = [1, 2].map(() => answers.answer(request(), OPTIONS, work));
  goOn.reject(new ForkdError("cancelled", { stage: "forking" }));
  await expect(first).rejects.toMatchObject({ code: "cancelled" });
  expect(await Promise.all(others)).toEqual([[{ id: "sb_1" }], [{ id: "sb_1" }]]);
  expect(count()).toBe(1);
});

test("one that waits ends when its caller leaves, and the first goes on", async () => {
  const answers = new KeptAnswers();
  const goOn = Promise.withResolvers<unknown>();
  const first = answers.answer(request(), OPTIONS, () => goOn.promise);
  const caller = new AbortController();
  const second = answers.answer(request(), { signal: caller.signal }, async () => 2);
  caller.abort();
  await expect(second).rejects.toMatchObject({ code: "cancelled" });
  goOn.resolve(1);
  expect(await first).toBe(1);
});

test("an answer is kept for a day, a thousand of each caller, and 8 MiB", async () => {
  vi.useFakeTimers();
  const answers = new KeptAnswers();
  const { work, count } = counting();
  const isKept = async (key: string, caller = "ci"): Promise<boolean> => {
    const before = count();
    await answers.answer(request({ key, caller }), OPTIONS, work);
    return count() === before;
  };
  await isKept("first");
  await isKept("theirs", "other");
  for (let i = 0; i < 999; i++) await isKept(`${i}`);
  expect(await isKept("first")).toBe(true);
  await isKept("1000");
  expect(await isKept("first")).toBe(false);
  expect(await isKept("theirs", "other")).toBe(true);
  await answers.answer(request({ key: "large" }), OPTIONS, async () => "x".repeat(5_000_000));
  await answers.answer(request({ key: "as large" }), OPTIONS, async () => "x".repeat(5_000_000));
  expect(await isKept("large")).toBe(false);
  vi.advanceTimersByTime(86_400_001);
  expect(await isKept("theirs", "other")).toBe(false);
});

test.each(["", " ", "a b", "a, a", "x".repeat(256), "\u00e9"])("a key is no %j", (key) => {
  expect(() => readIdempotencyKey({ "idempotency-key": key })).toThrow("visible ASCII");
});

test("the same request has the same fingerprint, and another one another", () => {
  expect(fingerprintOf("fork", { n: 1 })).toBe(fingerprintOf("fork", { n: 1 }));
  expect(fingerprintOf("fork", { n: 1 })).not.toBe(fingerprintOf("fork", { n: 2 }));
  expect(readIdempotencyKey({})).toBeUndefined();
});
