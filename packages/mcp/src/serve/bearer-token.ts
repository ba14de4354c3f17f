import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Whether a request brings the token. How long that takes to tell says nothing of it. */
export function isAllowed({ authorization }: IncomingHttpHeaders, token: string): boolean {
  const given = /^Bearer (?<token>\S+)$/i.exec(authorization ?? "")?.groups?.["token"] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
