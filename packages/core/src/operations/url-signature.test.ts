import type { SandboxId } from "@forkd/contract";
import { expect, test } from "vitest";
import { requireSignature, signAccess } from "./url-signature.ts";
import type { SignedAccess } from "./url-signature.ts";

const KEY = Buffer.alloc(32, 1);
const IN_AN_HOUR = Math.floor(Date.now() / 1000) + 3600;
const ACCESS: SignedAccess = {
  method: "GET",
  id: "sb_4k2m9x7q0v3bz8wc" as SandboxId,
  path: "/root/a b",
  expiresAtUnix: IN_AN_HOUR,
};

/** Asks for something with a URL that was signed for `ACCESS`, or for what is given. */
function ask(asked: Partial<SignedAccess>, signed: Partial<SignedAccess> = {}, key = KEY): void {
  const signature = signAccess(key, { ...ACCESS, ...signed });
  const { expiresAtUnix, ...access } = { ...ACCESS, ...signed, ...asked };
  requireSignature(KEY, { signature, signature_expiration: expiresAtUnix }, access);
}

test("a URL is good for what it was signed for", () => {
  expect(() => ask({})).not.toThrow();
  expect(() => ask({}, { method: "PUT", user: "nobody" })).not.toThrow();
});

test.each<[string, Partial<SignedAccess>]>([
  ["method", { method: "PUT" }],
  ["sandbox", { id: "sb_0000000000000000" as SandboxId }],
  ["path", { path: "/root/a" }],
  ["user", { user: "root" }],
  ["expiry", { expiresAtUnix: IN_AN_HOUR + 1 }],
])("a URL is of no use with another %s", (_what, asked) => {
  expect(() => ask(asked)).toThrow(expect.objectContaining({ code: "signature_refused", status: 403 }));
});

test("what is signed cannot be shifted from one part into the next", () => {
  expect(() => ask({ path: "/a", user: "b" }, { path: '/a","b', user: undefined })).toThrow("signature");
});

test("a URL of another key, of an earlier time, or with half of a signature is refused", () => {
  expect(() => ask({}, {}, Buffer.alloc(32, 2))).toThrow("not of this request");
  expect(() => ask({}, { expiresAtUnix: 1_000_000_000 })).toThrow("good until 2001-09-09T01:46:40.000Z");
  for (const half of [{ signature: "v1_x" }, { signature_expiration: IN_AN_HOUR }, { signature: "" }])
    expect(() => requireSignature(KEY, half, ACCESS)).toThrow(
      expect.objectContaining({ code: "signature_refused" }),
    );
});
