import type { SandboxId } from "@forkd/contract";
import { expect, test } from "vitest";
import { SandboxNames } from "./sandbox-names.ts";

const ID = "sb_4k2m9x7q0v3bz8wc" as SandboxId;
const taken = (name: string, id: string | null): unknown =>
  expect.objectContaining({ code: "name_taken", details: { name, id } });

test("a name that a machine has is taken, and said by which", () => {
  const names = new SandboxNames(() => [{ id: ID, snapshotId: undefined, name: "web" }]);
  expect(() => names.take(["db", "web"])).toThrow(taken("web", ID));
  expect(() => names.take(["db"])).not.toThrow();
});

test("a name is one fork's until that ends, and those of a fork are taken together or not at all", () => {
  const names = new SandboxNames(() => []);
  const first = names.take(["web-0", "web-1"]);
  expect(() => names.take(["other", "web-1"])).toThrow(taken("web-1", null));
  names.take(["other"])[Symbol.dispose]();
  first[Symbol.dispose]();
  expect(() => names.take(["web-1"])).not.toThrow();
});
