import { expect, expectTypeOf, test } from "vitest";
import type { SandboxInfo } from "./api.gen.ts";
import { fromWire, toWire } from "./wire.ts";
import type { Wire } from "./wire.ts";

test("every name is mapped, at any depth", () => {
  const surface = {
    snapshotTag: "t",
    children: [{ files: [{ contentBase64: "", path: "/x" }] }],
    ttlSecs: null,
  };
  const wire = {
    snapshot_tag: "t",
    children: [{ files: [{ content_base64: "", path: "/x" }] }],
    ttl_secs: null,
  };
  expect(toWire(surface)).toEqual(wire);
  expect(fromWire(wire)).toEqual(surface);
});

test("names inside of data are left alone", () => {
  const env = { PATH: "/bin", camelCase: "1", snake_case: "2" };
  expect(toWire({ env, onFailure: "keep" })).toEqual({ env, on_failure: "keep" });
  expect(fromWire({ details: { limitMib: 1, a_b: 2 } })).toEqual({ details: { limitMib: 1, a_b: 2 } });
});

test("a __proto__ in a reply stays an ordinary name", () => {
  const mapped = fromWire(JSON.parse('{"__proto__":{"polluted":true}}')) as object;
  expect(Object.getPrototypeOf(mapped)).toBe(Object.prototype);
});

test("the wire types have snake case names and keep data", () => {
  expectTypeOf<Wire<SandboxInfo>["snapshot_tag"]>().toEqualTypeOf<string>();
  expectTypeOf<Wire<{ readonly env: Readonly<Record<string, string>> }>["env"]>().toEqualTypeOf<
    Readonly<Record<string, string>>
  >();
});
