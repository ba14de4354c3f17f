import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { Caller } from "./caller.ts";
import { createFileContentOperations } from "./file-content.ts";
import { requireMetadata } from "./file-metadata.ts";
import type { OperationPorts } from "./ports.ts";

const whole = { isPart: false };
const filler = (length: number): string => "x".repeat(length);

test.each([
  ["a key and a value", { "X-Key.1": "any text = fine" }],
  ["an empty value", { a: "" }],
  ["the longest key", { [filler(246)]: "" }],
  ["as much as there is room for", { a: filler(4096 - 9 - 1) }],
])("%s can be noted of a file", (_what, metadata) => {
  expect(() => requireMetadata(metadata, whole)).not.toThrow();
});

test.each([
  ["an empty key", { "": "a" }, "keys"],
  ["a key that no header has", { "a b": "c" }, "keys"],
  ["a key with an equals sign", { "a=b": "c" }, "keys"],
  ["a key that is too long", { [filler(247)]: "" }, "keys"],
  ["a key that objects keep for themselves", JSON.parse('{"__proto__":"a"}'), "__proto__"],
  ["a value that is no ASCII", { a: "\u00FC" }, "printable ASCII"],
  ["a value of two lines", { a: "b\nc" }, "printable ASCII"],
  ["more than there is room for", { a: filler(4096 - 9) }, "4096 bytes"],
  [
    "many that have no room",
    Object.fromEntries(Array.from({ length: 500 }, (_, i) => [i, ""])),
    "4096 bytes",
  ],
])("%s is refused", (_what, metadata, told) => {
  expect(() => requireMetadata(metadata, whole)).toThrow(
    expect.objectContaining({ code: "invalid_request", message: expect.stringContaining(told) }),
  );
});

const order = {
  id: "sb_0000000000000000",
  path: "/f",
  mode: "0644",
  append: false,
  metadata: { a: "b" },
  content: Readable.from([]),
};
const write = (more: object): Promise<number> => {
  const ports = { urlKey: async () => new Uint8Array(32) } as unknown as OperationPorts;
  const asked = { ...order, ...more } as never;
  const options = { signal: new AbortController().signal };
  return createFileContentOperations(ports).writeFile({} as Caller, asked, options);
};

test.each([{ append: true }, { offset: 3 }])("it is not of a part of a file: %j", async (part) => {
  await expect(write(part)).rejects.toMatchObject({
    code: "invalid_request",
    message: expect.stringContaining("written whole"),
  });
});

test("a signed URL is good for none", async () => {
  const signed = await createFileContentOperations({
    registry: { look: () => ({}) },
    urlKey: async () => new Uint8Array(32),
  } as unknown as OperationPorts).signFileUrl(
    {} as Caller,
    { id: order.id, request: { path: "/f", access: "write", expires_secs: 60 } } as never,
    { signal: new AbortController().signal },
  );
  const { signature, expires_at_unix: expiry } = signed;
  await expect(write({ signature, signature_expiration: expiry })).rejects.toMatchObject({
    code: "signature_refused",
    message: expect.stringContaining("metadata"),
  });
});
