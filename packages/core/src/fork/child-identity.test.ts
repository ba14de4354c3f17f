import { expect, test } from "vitest";
import { planChildren } from "./child-identity.ts";

const nothing = { env: {}, files: [], args: [] };

test("gives every child an id, a host name and a machine id of its own", () => {
  const plans = planChildren({ n: 1000, name: null, env: {}, children: [] }, {});
  for (const key of ["sandboxId", "hostname", "machineId"] as const) {
    expect(new Set(plans.map(({ identity }) => identity[key])).size).toBe(1000);
  }
  expect(plans.map(({ identity }) => identity.childIndex)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

test("makes host names that are valid labels", () => {
  const [plan] = planChildren({ n: 1, name: null, env: {}, children: [] }, {});
  expect(plan?.identity.hostname).toMatch(/^sb-[a-z0-9]{16}$/);
});

test("lets the child's environment win over the request's, and that over the snapshot's", () => {
  const children = [{ ...nothing, env: { C: "child" } }];
  const plans = planChildren(
    { n: 2, name: null, env: { B: "request", C: "request" }, children },
    { A: "parent", B: "parent" },
  );
  expect(plans.map(({ identity }) => identity.env)).toEqual([
    { A: "parent", B: "request", C: "child" },
    { A: "parent", B: "request", C: "request" },
  ]);
});

test("children of one fork are of one second, whenever each of them starts", () => {
  const plans = planChildren({ n: 1000, name: null, env: {}, children: [] }, {});
  expect(new Set(plans.map(({ createdAtUnix }) => createdAtUnix)).size).toBe(1);
});
