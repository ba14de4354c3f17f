import { expect, test } from "vitest";
import { tryLock, waitForLock, waitForRelease } from "./lock.ts";

const SOON = (): AbortSignal => AbortSignal.timeout(30_000);
const pathOf = (name: string): string => `/test/${process.pid}/${name}`;

test("a lock that nobody has any more is not waited for", async () => {
  await expect(waitForRelease(pathOf("free"), SOON())).resolves.toBeUndefined();
});

test("a lock is had by one at a time, and by each that waits", async () => {
  const path = pathOf("wanted");
  let holders = 0;
  const hold = async (): Promise<void> => {
    await using _ = await waitForLock(path, SOON());
    holders += 1;
    expect(holders).toBe(1);
    await new Promise(setImmediate);
    holders -= 1;
  };
  await Promise.all(Array.from({ length: 50 }, hold));
});

test("who waits for a lock can give it up", async () => {
  const path = pathOf("held");
  await using lock = await tryLock(path);
  expect(lock).toBeDefined();
  const abort = new AbortController();
  const waiting = waitForRelease(path, abort.signal);
  abort.abort(new Error("no longer wanted"));
  await expect(waiting).rejects.toThrow("no longer wanted");
  await expect(waitForRelease(path, abort.signal)).rejects.toThrow("no longer wanted");
});
