import { setTimeout as delay } from "node:timers/promises";
import type { SandboxId } from "@forkd/contract";
import { expect, it } from "vitest";
import type { FileEvent } from "./watch-events.ts";
import { Watcher } from "./watcher.ts";
import { Watchers } from "./watchers.ts";

const calm = { signal: new AbortController().signal };
const sandbox = "sb_aaaaaaaaaaaaaaaa" as SandboxId;
const other = "sb_bbbbbbbbbbbbbbbb" as SandboxId;

it("keeps what happens until it is asked, and then tells what ended it", async () => {
  using watcher = new Watcher();
  await watcher.begin(async function* () {
    yield "opened";
    yield { name: "a" };
    throw new Error("it is gone");
  }, calm);
  await delay(5);
  expect(watcher.take()).toEqual([{ name: "a" }]);
  expect(() => watcher.take()).toThrow("it is gone");
});

it("lets the guest wait for a client that does not ask", async () => {
  let told = 0;
  using watcher = new Watcher();
  await watcher.begin(async function* (): AsyncGenerator<"opened" | FileEvent> {
    yield "opened";
    for (;;) yield { name: "x".repeat(++told && 1000) };
  }, calm);
  await delay(20);
  const kept = told;
  expect(kept).toBeLessThan(1000);
  expect(watcher.take()).toHaveLength(kept);
  await expect.poll(() => told).toBeGreaterThan(kept);
});

it("throws what could not be watched, and gives up when its client does", async () => {
  using watcher = new Watcher();
  const gone = new AbortController();
  const beginning = watcher.begin(
    // oxlint-disable-next-line require-yield
    async function* (signal) {
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
    { signal: gone.signal },
  );
  gone.abort(new Error("the client went away"));
  await expect(beginning).rejects.toThrow("the client went away");
});

it("has so many watchers of a sandbox, and forgets those of one that is no more", () => {
  const there = new Set([sandbox, other]);
  const watchers = new Watchers((id) => there.has(id));
  const added = Array.from({ length: 32 }, () => watchers.add(sandbox));
  expect(() => watchers.add(sandbox)).toThrow("32 watchers already");
  const { id } = watchers.add(other);
  expect(() => watchers.get(sandbox, id)).toThrow("no watcher");
  there.delete(sandbox);
  watchers.remove(other, id);
  watchers.add(other);
  for (const one of added) expect(() => watchers.get(sandbox, one.id)).toThrow("no watcher");
});
