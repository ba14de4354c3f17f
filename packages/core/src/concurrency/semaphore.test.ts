import { expect, test } from "vitest";
import { Semaphore } from "./semaphore.ts";

const { signal } = new AbortController();

test("lets in as many as it has permits, and the next when one leaves", async () => {
  const semaphore = new Semaphore(2);
  const order: string[] = [];
  const first = await semaphore.acquire("a slot", { signal });
  await semaphore.acquire("a slot", { signal });
  const third = semaphore.acquire("a slot", { signal }).then(() => order.push("third in"));
  await Promise.resolve();
  order.push("first out");
  first[Symbol.dispose]();
  await third;
  expect(order).toEqual(["first out", "third in"]);
});

test("gives a permit back only once", async () => {
  const semaphore = new Semaphore(1);
  const permit = await semaphore.acquire("a slot", { signal });
  permit[Symbol.dispose]();
  permit[Symbol.dispose]();
  await semaphore.acquire("a slot", { signal });
  const late = new AbortController();
  const waiting = semaphore.acquire("a slot", { signal: late.signal });
  late.abort();
  await expect(waiting).rejects.toMatchObject({
    code: "cancelled",
    details: { stage: "waiting for a slot" },
  });
});

test("forgets a waiter that has gone", async () => {
  const semaphore = new Semaphore(1);
  const permit = await semaphore.acquire("a slot", { signal });
  const gone = new AbortController();
  const abandoned = semaphore.acquire("a slot", { signal: gone.signal });
  const patient = semaphore.acquire("a slot", { signal });
  gone.abort();
  await expect(abandoned).rejects.toMatchObject({ code: "cancelled" });
  permit[Symbol.dispose]();
  await expect(patient).resolves.toBeDefined();
});
