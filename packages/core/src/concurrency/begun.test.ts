import { expect, test } from "vitest";
import { goOnAfter } from "./begun.ts";

async function* count(ends: string[]): AsyncGenerator<number> {
  try {
    for (let value = 1; value <= 3; value++) yield value;
  } finally {
    ends.push("ended");
  }
}

test("all steps are read, the first too", async () => {
  const ends: string[] = [];
  const rest = count(ends);
  expect(await Array.fromAsync(goOnAfter(await rest.next(), rest))).toEqual([1, 2, 3]);
  expect(ends).toEqual(["ended"]);
});

test("a first step that is still awaited comes first", async () => {
  const rest = count([]);
  expect(await Array.fromAsync(goOnAfter(rest.next(), rest))).toEqual([1, 2, 3]);
});

test("its end is told on where nothing was read of it", async () => {
  const ends: string[] = [];
  const rest = count(ends);
  const begun = goOnAfter(await rest.next(), rest);
  await begun.return?.();
  expect(ends).toEqual(["ended"]);
  expect(await begun.next()).toEqual({ done: true, value: undefined });
});
