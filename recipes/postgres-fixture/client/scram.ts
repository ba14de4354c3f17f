import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

/** As many rounds as a server may ask for, whatever it says. */
const MAX_ROUNDS = 100_000;

/** One conversation by which a client shows that it knows a password (RFC 7677). */
export interface Scram {
  readonly first: string;
  /** The answer to what the server says to `first`. */
  answer(challenge: string): string;
}

const hmac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

export function beginScram(password: string): Scram {
  const nonce = randomBytes(18).toString("base64");
  const bare = `n=,r=${nonce}`;
  return {
    first: `n,,${bare}`,
    answer(challenge) {
      const { r: serverNonce = "", s: salt = "", i: rounds = "" } = parseFields(challenge);
      const count = Number(rounds);
      if (!serverNonce.startsWith(nonce) || !(count > 0 && count <= MAX_ROUNDS))
        throw new Error(`the server's challenge makes no sense: ${challenge}`);
      const salted = pbkdf2Sync(password, Buffer.from(salt, "base64"), count, 32, "sha256");
      const key = hmac(salted, "Client Key");
      const final = `c=biws,r=${serverNonce}`;
      const stored = createHash("sha256").update(key).digest();
      const signature = hmac(stored, `${bare},${challenge},${final}`);
      const proof = Buffer.from(key.map((byte, index) => byte ^ (signature[index] ?? 0)));
      return `${final},p=${proof.toString("base64")}`;
    },
  };
}

function parseFields(challenge: string): Record<string, string> {
  return Object.fromEntries(challenge.split(",").map((field) => [field.slice(0, 1), field.slice(2)]));
}
