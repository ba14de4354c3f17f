import { createSandboxId } from "@forkd/contract";
import { expect, test } from "vitest";
import { BranchSlots } from "./branch-slots.ts";

const [first, second, third] = [createSandboxId(), createSandboxId(), createSandboxId()];

test("lets a machine be captured by one branch at a time, naming the other", () => {
  const slots = new BranchSlots(4);
  const slot = slots.take(first, "one");
  expect(() => slots.take(first, "two")).toThrow(
    expect.objectContaining({ code: "branch_in_progress", details: { id: first, tag: "one" } }),
  );
  slot[Symbol.dispose]();
  expect(() => slots.take(first, "two")).not.toThrow();
});

test("takes no more branches than its limit", () => {
  const slots = new BranchSlots(2);
  slots.take(first, "one");
  const slot = slots.take(second, "two");
  expect(() => slots.take(third, "three")).toThrow(
    expect.objectContaining({ code: "branch_busy", details: { limit: 2 } }),
  );
  slot[Symbol.dispose]();
  expect(() => slots.take(third, "three")).not.toThrow();
});
