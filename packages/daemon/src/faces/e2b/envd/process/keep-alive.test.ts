import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { keepAliveMs, withKeepAlive } from "./keep-alive.ts";

test("a stream that is silent is pinged, and its events come in order", async () => {
  const silence = Promise.withResolvers<void>();
  async function* speak() {
    yield "a";
    await silence.promise;
    yield "b";
  }
  const heard: string[] = [];
  for await (const event of withKeepAlive(speak(), "ping", 5)) {
    heard.push(event);
    if (heard.length === 4) silence.resolve();
  }
  expect(heard.slice(0, 4)).toEqual(["a", "ping", "ping", "ping"]);
  expect(heard.filter((event) => event !== "ping")).toEqual(["a", "b"]);
});

test("what fails while nobody waits for it is told to the next who does", async () => {
  const failure = Promise.withResolvers<string>();
  async function* fail() {
    yield await failure.promise;
  }
  const events = withKeepAlive(fail(), "ping", 1);
  expect(await events.next()).toEqual({ done: false, value: "ping" });
  failure.reject(new Error("gone"));
  await delay(5);
  await expect(events.next()).rejects.toThrow("gone");
});

test("a reader who leaves ends the stream", async () => {
  let isEnded = false;
  async function* speak() {
    try {
      for (;;) yield "a";
    } finally {
      isEnded = true;
    }
  }
  for await (const _ of withKeepAlive(speak(), "ping", 1000)) break;
  expect(isEnded).toBe(true);
});

test.each([
  [undefined, 90_000],
  ["50", 50_000],
  ["0", 90_000],
  ["-1", 90_000],
  ["soon", 90_000],
  ["1e99", 86_400_000],
])("an interval of %s is %i ms", (sent, ms) => {
  expect(keepAliveMs(new Headers(sent === undefined ? {} : { "keepalive-ping-interval": sent }))).toBe(ms);
});
