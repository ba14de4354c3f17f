import { lookup } from "node:dns";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { createHmac } from "node:crypto";
import type { ForkdEvent } from "@forkd/contract";
import { isPublicAddress } from "@forkd/host";
import { checkStatus } from "./refused-event.ts";

/** Where events go, and how they are signed. */
export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
  readonly allowPrivate: boolean;
}

/**
 * Sends one event, and waits for the status of the answer: whatever else it is, it is not read, and a redirection is not
 * followed. Throws why it was not taken.
 */
export async function postEvent(
  { url, secret, allowPrivate }: WebhookTarget,
  event: ForkdEvent,
  signal: AbortSignal,
): Promise<void> {
  const body = JSON.stringify(event);
  if (!allowPrivate) checkAddress(url);
  const options: RequestOptions = {
    method: "POST",
    agent: false,
    signal,
    headers: { ...describe(event), "x-forkd-signature": sign(secret, body, Math.floor(Date.now() / 1000)) },
    ...(!allowPrivate && { lookup: lookUpPublic }),
  };
  const outgoing = (url.startsWith("https:") ? httpsRequest : httpRequest)(url, options);
  // Behind the answer nobody else hears of one.
  outgoing.on("error", () => {});
  const [answer] = (await once(outgoing.end(body), "response", { signal })) as [IncomingMessage];
  const { statusCode = 0 } = answer;
  answer.destroy();
  checkStatus(statusCode);
}

/** Throws where a URL has an address that is not public; what a name leads to is looked at as it is connected to. */
export function checkAddress(url: string): void {
  const literal = new URL(url).hostname.replace(/^\[|\]$/g, "");
  if (isIP(literal) !== 0 && !isPublicAddress(literal)) throw notPublic(literal);
}

/** The time is signed too, so that what was sent once is known when it comes again. */
export function sign(secret: string, body: string, atUnix: number): string {
  return `t=${atUnix},v1=${createHmac("sha256", secret).update(`${atUnix}.${body}`).digest("hex")}`;
}

function describe({ type, cursor }: ForkdEvent): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": "forkd",
    "x-forkd-event": type,
    "x-forkd-delivery": cursor,
  };
}

/** What a name leads to is looked at where it is connected to: a second look-up may give another. */
const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const hidden = addresses?.find(({ address }) => !isPublicAddress(address));
    const [first] = addresses ?? [];
    if (error ?? hidden ?? !first) return callback(error ?? notPublic(hidden?.address ?? hostname), "", 0);
    if (options.all) return callback(null, addresses);
    return callback(null, first.address, first.family);
  });
};

function notPublic(address: string): Error {
  return new Error(`${address} is not of the public internet, which the webhook was not made for`);
}
