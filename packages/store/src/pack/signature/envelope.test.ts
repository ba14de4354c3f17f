import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { writeFile } from "node:fs/promises";
import type { NamedKey } from "@forkd/core";
import { expect, test } from "vitest";
import { createScratch } from "../../../test/scratch.ts";
import { requireSignedBy, signManifest } from "./envelope.ts";

const manifest = Buffer.from('{"formatVersion":1}\n');
const other = Buffer.from('{"formatVersion":2}\n');

const pem = (key: KeyObject): string =>
  key.export({ type: key.type === "private" ? "pkcs8" : "spki", format: "pem" }).toString();

function keyPair(type: "ed25519" | "ec"): { sign: NamedKey; check: NamedKey } {
  const { privateKey, publicKey } =
    type === "ed25519"
      ? generateKeyPairSync("ed25519")
      : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return {
    sign: { name: `${type}.key`, pem: pem(privateKey) },
    check: { name: `${type}.pub`, pem: pem(publicKey) },
  };
}

const ed25519 = keyPair("ed25519");
const ec = keyPair("ec");

test.each([ed25519, ec])("names the key that signed a manifest: $check.name", ({ sign, check }) => {
  const envelope = signManifest(manifest, "py", sign);
  const keys = [keyPair("ed25519").check, keyPair("ec").check, check];
  expect(requireSignedBy({ source: "p", manifest, envelope }, keys)).toBe(check);
});

test("refuses no signature, another key's, and one of something else", () => {
  const envelope = signManifest(manifest, "py", ed25519.sign);
  const check =
    (bytes: Buffer, signature: Buffer | undefined, key = ed25519.check) =>
    () =>
      requireSignedBy({ source: "p", manifest: bytes, envelope: signature }, [key]);
  expect(check(manifest, undefined)).toThrow(
    expect.objectContaining({ code: "signature_required" }) as Error,
  );
  const invalid = expect.objectContaining({ code: "signature_invalid" }) as Error;
  expect(check(manifest, envelope, ec.check)).toThrow(invalid);
  expect(check(manifest, envelope, keyPair("ed25519").check)).toThrow(invalid);
  expect(check(other, envelope)).toThrow(/another pack, or this one was altered/);
});

test("refuses an envelope that was altered anywhere", () => {
  const { payloadType, payload, signatures } = JSON.parse(
    signManifest(manifest, "py", ed25519.sign).toString(),
  ) as { payloadType: string; payload: string; signatures: { sig: string; keyid: string }[] };
  const forged = Buffer.from(payload, "base64")
    .toString()
    .replace(/[0-9a-f]{64}/, "0".repeat(64));
  for (const envelope of [
    { payloadType: "text/plain", payload, signatures },
    { payloadType, payload: Buffer.from(forged).toString("base64"), signatures },
    { payloadType, payload, signatures: [] },
    { payloadType, payload, signatures: [{ ...signatures[0], sig: "" }] },
    { payloadType, payload, signatures: [{ ...signatures[0], sig: Buffer.alloc(64).toString("base64") }] },
    [],
    null,
  ]) {
    const signed = { source: "p", manifest, envelope: Buffer.from(JSON.stringify(envelope)) };
    expect(() => requireSignedBy(signed, [ed25519.check])).toThrow(
      expect.objectContaining({ code: "signature_invalid" }) as Error,
    );
  }
});

test("refuses keys that it cannot use", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const secret = generateKeyPairSync("ed25519").privateKey;
  const locked = secret
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
    .toString();
  const invalid = expect.objectContaining({ code: "invalid_request" }) as Error;
  for (const bad of ["", "nonsense", pem(rsa.privateKey), ed25519.check.pem, locked])
    expect(() => signManifest(manifest, "py", { name: "k", pem: bad })).toThrow(invalid);
  const envelope = signManifest(manifest, "py", ed25519.sign);
  for (const bad of ["", pem(rsa.publicKey), ed25519.sign.pem])
    expect(() => requireSignedBy({ source: "p", manifest, envelope }, [{ name: "k", pem: bad }])).toThrow(
      invalid,
    );
});

test.each([ed25519, ec])("makes signatures that openssl confirms: $check.name", async ({ sign, check }) => {
  await using scratch = await createScratch();
  const envelope = JSON.parse(signManifest(manifest, "py", sign).toString()) as {
    payload: string;
    signatures: [{ sig: string }];
  };
  const payload = Buffer.from(envelope.payload, "base64");
  const head = `DSSEv1 28 application/vnd.in-toto+json ${payload.length} `;
  const [message, signature, key] = ["message", "signature", "key"].map((name) => `${scratch.path}/${name}`);
  await writeFile(message ?? "", Buffer.concat([Buffer.from(head), payload]));
  await writeFile(signature ?? "", Buffer.from(envelope.signatures[0].sig, "base64"));
  await writeFile(key ?? "", check.pem);
  const digest = check === ec.check ? ["-digest", "sha256"] : [];
  const args = [
    "pkeyutl",
    "-verify",
    "-pubin",
    "-rawin",
    ...digest,
    "-inkey",
    key,
    "-in",
    message,
    "-sigfile",
    signature,
  ];
  const output = execFileSync("openssl", args.map(String), { encoding: "utf8" });
  expect(output).toContain("Signature Verified Successfully");
});
