import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { ForkdError } from "@forkd/contract";
import type { NamedKey } from "@forkd/core";

/** Throws `invalid_request` unless it is an Ed25519 or ECDSA P-256 key in PKCS #8, without a passphrase. */
export function parsePrivateKey({ name, pem }: NamedKey): KeyObject {
  return requireSupported(name, "private", () => createPrivateKey(pem));
}

/** Throws `invalid_request` unless it is an Ed25519 or ECDSA P-256 key in SPKI. */
export function parsePublicKey({ name, pem }: NamedKey): KeyObject {
  // createPublicKey would take a private key and derive the public one: that one belongs to no verifier.
  const parse = (): KeyObject => {
    if (pem.includes("PRIVATE KEY")) throw new Error("it is a private key");
    return createPublicKey(pem);
  };
  return requireSupported(name, "public", parse);
}

/** As DSSE suggests it: the SHA-256 of the public key's DER. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === "public" ? key : createPublicKey(key);
  return createHash("sha256")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest("hex");
}

export function signBytes(bytes: Buffer, key: KeyObject): Buffer {
  return sign(digestOf(key), bytes, key);
}

export function isSignedBy(bytes: Buffer, signature: Buffer, key: KeyObject): boolean {
  return verify(digestOf(key), bytes, key, signature);
}

/** Ed25519 hashes for itself. */
function digestOf(key: KeyObject): "sha256" | null {
  return key.asymmetricKeyType === "ed25519" ? null : "sha256";
}

function requireSupported(name: string, kind: "public" | "private", parse: () => KeyObject): KeyObject {
  const refuse = (why: string, cause?: unknown): ForkdError => {
    const message = `${name} is not a ${kind} key that can be used: ${why}`;
    return new ForkdError("invalid_request", { issues: [{ path: "", message }] }, { cause });
  };
  let key: KeyObject;
  try {
    key = parse();
  } catch (cause) {
    throw refuse("it must be Ed25519 or ECDSA P-256 in PEM, without a passphrase", cause);
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === "ed25519" || (type === "ec" && details?.namedCurve === "prime256v1")) return key;
  throw refuse(`it is of the type ${type}, and must be Ed25519 or ECDSA P-256`);
}
