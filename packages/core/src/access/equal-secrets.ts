import { createHash, timingSafeEqual } from "node:crypto";

/** Whether two secrets are the same, in a time that tells nothing of either, whatever was sent. */
export function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

/** Of one length. */
const digestOf = (text: string): Buffer => createHash("sha256").update(text).digest();
