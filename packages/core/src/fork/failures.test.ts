import { ForkdError } from "@forkd/contract";
import { expect, test } from "vitest";
import { describeFailures } from "./failures.ts";
import { planChildren } from "./child-identity.ts";

const plans = planChildren({ n: 3, name: null, env: {}, children: [] }, {});
const failed = (index: number, failure: ForkdError): Parameters<typeof describeFailures>[2][number] => {
  const plan = plans[index];
  if (!plan) throw new RangeError(`no plan ${index}`);
  return { plan, failure };
};

const broken = new ForkdError("restore_failed", { tag: "t", why: "it died", console: [] });
const calledOff = new ForkdError("cancelled", { stage: "forking" });

test("names the children that failed, and not those that were called off because of them", () => {
  const error = describeFailures("t", 3, [failed(0, calledOff), failed(2, broken)]);
  expect(error).toMatchObject({
    code: "fork_failed",
    details: { wanted: 3, failures: [{ child_index: 2 }] },
  });
});

test("tells as it is what the caller can mend", () => {
  const full = new ForkdError("memory_limit_unavailable", { why: "no cgroup" });
  expect(describeFailures("t", 3, [failed(0, full), failed(1, full)])).toBe(full);
});

test("tells as it is why the only child failed", () => {
  expect(describeFailures("t", 1, [failed(0, broken)])).toBe(broken);
});

test("says cancelled when the caller went away", () => {
  expect(describeFailures("t", 3, [failed(0, calledOff)])).toMatchObject({ code: "cancelled" });
});
