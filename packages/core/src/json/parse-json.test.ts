import { describe, expect, test } from "vitest";
import { requireJsonBounds } from "./json-bounds.ts";
import { parseJson, parseJsonNow } from "./parse-json.ts";

const MIB = 1024 ** 2;
const patient = { signal: new AbortController().signal };

describe("bounds", () => {
  test("counts values and depth outside of strings alone", () => {
    const text = Buffer.from('{"a[[[[\\"\\\\":[1,"]]}}\\\\",{}]}');
    expect(() => requireJsonBounds(text, { depth: 3, values: 8 })).not.toThrow();
    expect(() => requireJsonBounds(text, { depth: 2, values: 8 })).toThrow("is nested more than 2 deep");
    expect(() => requireJsonBounds(text, { depth: 3, values: 6 })).toThrow("has more than 6 values");
  });

  test.each(['"', '"\\"', "]]]", "", '{"a":"'])("leaves it to the parser whether %j is JSON", (text) => {
    expect(() => requireJsonBounds(Buffer.from(text))).not.toThrow();
    expect(() => parseJsonNow(Buffer.from(text))).toThrow("is not JSON");
  });
});

describe("parsing", () => {
  const large = Buffer.from(JSON.stringify({ text: "é\n".repeat(MIB), list: [1, null, true] }));

  test("gives the same value inline and in a thread", async () => {
    expect(await parseJson(large, patient)).toEqual(JSON.parse(large.toString()));
    expect(await parseJson(Buffer.from("[1]"), patient)).toEqual([1]);
  });

  test.each([
    '{"env":{"__proto__":"x"}}',
    String.raw`[{"\u005f_proto__":{}}]`,
    String.raw`{"__\u0070roto__":1}`,
  ])("refuses %s, whose name would be lost", (text) =>
    expect(() => parseJsonNow(Buffer.from(text))).toThrow("has something named __proto__"),
  );

  test("takes __proto__ as a value", () => {
    expect(parseJsonNow(Buffer.from('{"code":"x.__proto__"}'))).toEqual({ code: "x.__proto__" });
  });

  test.each([
    ["nested", Buffer.alloc(3 * MIB, "["), "is nested more than 64 deep"],
    ["no JSON", Buffer.alloc(3 * MIB, "x"), "is not JSON"],
    [
      "no UTF-8",
      Buffer.concat([Buffer.from('"'), Buffer.alloc(3 * MIB, 0xff), Buffer.from('"')]),
      "is not JSON",
    ],
  ])("refuses a large text that is %s", async (_, text, why) => {
    await expect(parseJson(text, patient)).rejects.toThrow(why);
  });

  test("ends the thread when its caller leaves", async () => {
    const options = { signal: AbortSignal.timeout(1) };
    await expect(parseJson(Buffer.alloc(64 * MIB, " "), options)).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});
