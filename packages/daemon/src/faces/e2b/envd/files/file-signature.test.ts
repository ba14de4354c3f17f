import { expect, it } from "vitest";
import { requireFileSignature, signFile } from "./file-signature.ts";

const token = "secret";
const query = { path: "/a", username: undefined, expiresAtUnix: undefined };
const get = { method: "GET" };

it("signs as E2B's clients do", () => {
  expect(signFile(token, "read", query)).toBe("v1_bNssEQcbuFJJw2F7K9OxiSepIOzBtQw23DPP43+Yhzs");
});

it("takes a URL for what it was signed for, as long as it is good", () => {
  const expiresAtUnix = Math.floor(Date.now() / 1000) + 60;
  for (const signed of [query, { ...query, expiresAtUnix }, { ...query, username: "bob" }]) {
    const signature = signFile(token, "read", signed);
    requireFileSignature(token, get, { ...signed, signature });
    for (const [method, changed] of [
      ["POST", signed],
      ["GET", { ...signed, path: "/b" }],
      ["GET", { ...signed, username: "eve" }],
      ["GET", { ...signed, expiresAtUnix: expiresAtUnix + 1 }],
    ] as const)
      expect(() => requireFileSignature(token, { method }, { ...changed, signature })).toThrow(
        "not of this request",
      );
    expect(() => requireFileSignature("other", get, { ...signed, signature })).toThrow("not of this request");
  }
});

it("says until when a URL was good", () => {
  const old = { ...query, expiresAtUnix: 1000 };
  const signature = signFile(token, "read", old);
  expect(() => requireFileSignature(token, get, { ...old, signature })).toThrow("1970-01-01T00:16:40.000Z");
});
