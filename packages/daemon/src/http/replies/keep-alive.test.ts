import { expect, it } from "vitest";
import { withKeepAlive } from "./keep-alive.ts";

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
