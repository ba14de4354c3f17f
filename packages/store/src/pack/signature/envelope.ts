import { z } from "zod";
import { ForkdError } from "@forkd/contract";
import type { NamedKey } from "@forkd/core";
import { sha256Of } from "@forkd/posix";
import { canonicalJson } from "../../files/canonical-json.ts";
import { isSignedBy, keyIdOf, parsePrivateKey, parsePublicKey, signBytes } from "./keys.ts";
import { parseJsonOrNothing } from "../../files/parse-json.ts";

/** A signature is at most this large. */
export const ENVELOPE_LIMIT_BYTES = 256 * 1024;

/** https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md */
export const ENVELOPE_MEDIA_TYPE = "application/vnd.dsse.envelope.v1+json";

// https://github.com/in-toto/attestation/blob/v1.1.0/spec/v1/statement.md
const STATEMENT_MEDIA_TYPE = "application/vnd.in-toto+json";
const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
const PREDICATE_TYPE = "urn:forkd:pack:v1";

const envelopeSchema = z.object({
  payloadType: z.literal(STATEMENT_MEDIA_TYPE),
  payload: z.base64(),
  signatures: z
    .array(z.object({ keyid: z.string().optional(), sig: z.base64() }))
    .min(1)
    .max(16),
});

const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })).max(64),
  predicateType: z.literal(PREDICATE_TYPE),
});

/** Signs a pack's manifest: a DSSE envelope around an in-toto statement about its SHA-256. */
export function signManifest(manifest: Buffer, name: string, key: NamedKey): Buffer {
  const privateKey = parsePrivateKey(key);
  const statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name, digest: { sha256: sha256Of(manifest) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {},
  };
  const payload = Buffer.from(canonicalJson(statement));
  const sig = signBytes(preAuthEncoding(STATEMENT_MEDIA_TYPE, payload), privateKey).toString("base64");
  const signatures = [{ keyid: keyIdOf(privateKey), sig }];
  const envelope = { payloadType: STATEMENT_MEDIA_TYPE, payload: payload.toString("base64"), signatures };
  return Buffer.from(`${canonicalJson(envelope)}\n`);
}

export interface SignedManifest {
  readonly source: string;
  readonly manifest: Buffer;
  readonly envelope: Buffer | undefined;
}

/**
 * Gives the key that signed this manifest. Throws `signature_required` when there is no signature, and
 * `signature_invalid` when it is by none of the keys, or of something else.
 */
export function requireSignedBy(signed: SignedManifest, keys: readonly NamedKey[]): NamedKey {
  const { source, manifest, envelope } = signed;
  if (envelope === undefined) throw new ForkdError("signature_required", { source });
  const refuse = (why: string): ForkdError => new ForkdError("signature_invalid", { source, why });
  const { payloadType, payload, signatures } = parseEnvelope(envelope, refuse);
  const body = Buffer.from(payload, "base64");
  const message = preAuthEncoding(payloadType, body);
  const key = keys.find((candidate) => {
    const publicKey = parsePublicKey(candidate);
    return signatures.some(({ sig }) => isSignedBy(message, Buffer.from(sig, "base64"), publicKey));
  });
  if (key === undefined) throw refuse(`it is by none of ${keys.map(({ name }) => name).join(", ")}`);
  const statement = statementSchema.safeParse(parseJsonOrNothing(body));
  if (!statement.success) throw refuse("what was signed is not a statement about a pack");
  const digest = sha256Of(manifest);
  if (!statement.data.subject.some((subject) => subject.digest["sha256"] === digest))
    throw refuse("what was signed is another pack, or this one was altered");
  return key;
}

/** What is signed: https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md */
function preAuthEncoding(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

function parseEnvelope(bytes: Buffer, refuse: (why: string) => ForkdError): z.output<typeof envelopeSchema> {
  const envelope = envelopeSchema.safeParse(parseJsonOrNothing(bytes));
  if (envelope.success) return envelope.data;
  throw refuse("it is not a DSSE envelope");
}
