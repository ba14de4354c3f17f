import { expect, test } from "vitest";
import { RefusalQuota } from "./refusal-quota.ts";

const take = (quota: RefusalQuota, from: string, times: number): number =>
  Array.from({ length: times }, () => quota.take(from)).filter(Boolean).length;

test("one who is refused often takes no place of others, and is recorded again in the next minute", () => {
  const quota = new RefusalQuota();
  expect(take(quota, "192.0.2.1", 25)).toBe(20);
  expect(take(quota, "192.0.2.2", 1)).toBe(1);
  expect(quota.endMinute()).toEqual([{ from: "192.0.2.1", count: 5 }]);
  expect(take(quota, "192.0.2.1", 1)).toBe(1);
  expect(quota.endMinute()).toEqual([]);
});

test("many addresses have no more than a number of lines together, and one for the rest", () => {
  const quota = new RefusalQuota();
  const recorded = Array.from({ length: 1000 }, (_, i) => take(quota, `2001:db8::${i}`, 1));
  expect(recorded.filter(Boolean)).toHaveLength(200);
  expect(quota.endMinute()).toEqual([{ from: null, count: 800 }]);
});
