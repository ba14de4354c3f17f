import { NEVER } from "@forkd/core";
import { expect, test } from "vitest";
import { LearnedAddresses } from "./learned-addresses.ts";

const options = { signal: NEVER };

function remember() {
  const loaded: string[] = [];
  const learned = new LearnedAddresses(async (rules) => void loaded.push(rules));
  return { loaded, learned };
}

const lesson = { patterns: ["example.com"], family: 4, addresses: ["203.0.113.7"], ttlSecs: 300 } as const;

test("opens what is not open for long enough, and only that", async () => {
  const { loaded, learned } = remember();
  await learned.learn(lesson, options);
  await learned.learn({ ...lesson, ttlSecs: 200 }, options);
  expect(loaded).toHaveLength(1);
  expect(loaded[0]).toContain("203.0.113.7 timeout 360s");
  await learned.learn({ ...lesson, addresses: ["203.0.113.7", "203.0.113.8"] }, options);
  await learned.learn({ ...lesson, ttlSecs: 3600 }, options);
  expect(loaded.map((rules) => /203\.0\.113\.\d+ timeout \d+s/g.exec(rules)?.[0])).toEqual([
    "203.0.113.7 timeout 360s",
    "203.0.113.8 timeout 360s",
    "203.0.113.7 timeout 3660s",
  ]);
  await learned.forget(["example.com"], options);
  await learned.learn(lesson, options);
  expect(loaded).toHaveLength(4);
});

test("knows nothing that could not be opened", async () => {
  let isBroken = true;
  const loaded: string[] = [];
  const learned = new LearnedAddresses((rules) => {
    loaded.push(rules);
    return isBroken ? Promise.reject(new Error("no")) : Promise.resolve();
  });
  await expect(learned.learn(lesson, options)).rejects.toThrow("no");
  isBroken = false;
  await learned.learn(lesson, options);
  expect(loaded).toHaveLength(2);
});

test("takes no more than the kernel is to hold for one guest", async () => {
  const { loaded, learned } = remember();
  const addresses = (third: number): string[] =>
    Array.from({ length: 256 }, (_, last) => `203.0.${third}.${last}`);
  for (let third = 0; third < 16; third += 1)
    await learned.learn({ ...lesson, addresses: addresses(third) }, options);
  await expect(learned.learn({ ...lesson, addresses: addresses(16) }, options)).rejects.toMatchObject({
    code: "out_of_resources",
  });
  expect(loaded).toHaveLength(16);
});
