import { expect, it } from "vitest";
import { keepAliveMs, withKeepAlive } from "./keep-alive.ts";

it("gives a sign of life where the other is silent, and ends as it does", async () => {
  const talk = Promise.withResolvers<string>();
  async function* silent(): AsyncGenerator<string> {
    yield "first";
    yield await talk.promise;
  }
  const heard: string[] = [];
  for await (const message of withKeepAlive(silent(), "alive", 5)) {
    heard.push(message);
    if (heard.length === 4) talk.resolve("last");
  }
  expect(heard).toEqual(expect.arrayContaining(["first", "alive", "last"]));
  expect(heard.at(-1)).toBe("last");
});

it("fails as the other does, also while its reader is busy", async () => {
  const failing = Promise.withResolvers<string>();
  async function* broken(): AsyncGenerator<string> {
    yield await failing.promise;
  }
  const reading = (async () => {
    for await (const _ of withKeepAlive(broken(), "alive", 1)) {
      failing.reject(new Error("broken"));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  await expect(reading).rejects.toThrow("broken");
});

it.each([
  [null, 90_000],
  ["50", 50_000],
  ["0", 1000],
  ["-1", 1000],
  ["1e9", 3_600_000],
  ["often", 90_000],
])("takes an interval of %s for %i ms", (asked, ms) => {
  const requestHeader = new Headers(asked === null ? {} : { "Keepalive-Ping-Interval": asked });
  expect(keepAliveMs({ requestHeader })).toBe(ms);
});
