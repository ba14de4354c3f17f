import { expect, test } from "vitest";
import { ownsName, seesName, seesSandbox, tenantOfName } from "./sight.ts";

test.each([
  ["acme..py", "acme"],
  ["acme..py..2", "acme"],
  ["py3.12", undefined],
  ["..py", undefined],
  ["Acme..py", undefined],
  ["py", undefined],
])("%s is of %s", (name, tenant) => {
  expect(tenantOfName(name)).toBe(tenant);
});

test("a tenant sees its own and what is nobody's, and changes its own", () => {
  const acme = { tenant: "acme" };
  const names = ["acme..py", "py", "other..py"];
  expect(names.filter((name) => seesName(acme, name))).toEqual(["acme..py", "py"]);
  expect(names.filter((name) => ownsName(acme, name))).toEqual(["acme..py"]);
  expect(names.filter((name) => seesName({}, name) && ownsName({}, name))).toEqual(names);
});

test("machines of nobody are seen by those alone who see everything", () => {
  for (const owned of [{ tenant: null }, {}, { tenant: "other" }]) {
    expect(seesSandbox({ tenant: "acme" }, owned)).toBe(false);
    expect(seesSandbox({}, owned)).toBe(true);
  }
  expect(seesSandbox({ tenant: "acme" }, { tenant: "acme" })).toBe(true);
});
