import { describe, expect, test } from "vitest";
import { collect, parseCount, parseFileSpec, parseKeyValue } from "./arguments.ts";

test.each(["0", "-1", "1.5", "1e3", "x", "", "99999999999999999999"])("%j is no count", (text) => {
  expect(() => parseCount(text)).toThrow("whole number");
});

test("a count is a whole number of at least one", () => {
  expect(parseCount("1000")).toBe(1000);
});

describe("KEY=VALUE", () => {
  test("a value may hold = and may be empty", () => {
    expect(parseKeyValue("B=", parseKeyValue("A=x=y"))).toEqual({ A: "x=y", B: "" });
  });

  test.each(["A", "=x", "1A=x", "A B=x", "A-B=x"])("%j is refused", (text) => {
    expect(() => parseKeyValue(text)).toThrow("KEY=VALUE");
  });

  test("a later value replaces an earlier one", () => {
    expect(parseKeyValue("A=2", { A: "1" })).toEqual({ A: "2" });
  });

  test("__proto__ is an ordinary name", () => {
    expect(Object.keys(parseKeyValue("__proto__=x"))).toEqual(["__proto__"]);
  });
});

describe("HOST:GUEST[:MODE]", () => {
  test("the mode is optional", () => {
    const plain = parseFileSpec("./a b:/etc/x");
    expect(parseFileSpec("c:/d:0755", plain)).toEqual([
      { hostPath: "./a b", guestPath: "/etc/x", mode: undefined },
      { hostPath: "c", guestPath: "/d", mode: "0755" },
    ]);
  });

  test.each(["a", "a:b", ":/x", "a:/b:9", "a:/b:rwx"])("%j is refused", (text) => {
    expect(() => parseFileSpec(text)).toThrow("HOST:/GUEST");
  });
});

test("repeated values keep their order", () => {
  expect(collect("b", collect("a"))).toEqual(["a", "b"]);
});
