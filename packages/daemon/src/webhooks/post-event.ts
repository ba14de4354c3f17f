import { lookup } from "node:dns";
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { Agent as TlsAgent, request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { finished } from "node:stream/promises";
import { createHmac } from "node:crypto";
import type { ForkdEvent } from "@forkd/contract";
import { withTimeout } from "@forkd/core";
import { isPublicAddress } from "@forkd/host";
import { checkStatus } from "./refused-event.ts";

/** Where events go, and how they are signed. */
export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
  readonly allowPrivate: boolean;
}

/** A connection that nothing was sent on for so long is closed. */
const IDLE_MS = 30_000;
/** What of an answer's body is read, to have the connection for the next event: of most it is a word. */
const BODY_BYTES = 64 * 1024;
const BODY_MS = 1000;

/** Sends events to one URL, on one connection as long as its receiver keeps that. Disposal closes it. */
export class EventPoster implements Disposable {
  readonly #target: WebhookTarget;
  readonly #agent: Agent;

  constructor(target: WebhookTarget) {
    this.#target = target;
    const options = { keepAlive: true, maxSockets: 1, timeout: IDLE_MS };
    this.#agent = target.url.startsWith("https:") ? new TlsAgent(options) : new Agent(options);
  }

  /**
   * Sends one event, and waits for the status of the answer: what else it is means nothing, and a redirection is not
   * followed. Throws why it was not taken.
   */
  async post(event: ForkdEvent, signal: AbortSignal): Promise<void> {
    const { url, allowPrivate } = this.#target;
    if (!allowPrivate) checkAddress(url);
    const body = JSON.stringify(event);
    const answer = await this.#ask(event, body, signal);
    await readToEnd(answer, signal);
    checkStatus(answer.statusCode ?? 0);
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  async #ask(event: ForkdEvent, body: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { url, secret, allowPrivate } = this.#target;
    const options: RequestOptions = {
      method: "POST",
      agent: this.#agent,
      signal,
      headers: { ...describe(event), "x-forkd-signature": sign(secret, body, Math.floor(Date.now() / 1000)) },
      ...(!allowPrivate && { lookup: lookUpPublic }),
    };
    const outgoing = (url.startsWith("https:") ? httpsRequest : httpRequest)(url, options);
    // Behind the answer nobody else hears of one.
    outgoing.on("error", () => {});
    try {
      const [answer] = (await once(outgoing.end(body), "response", { signal })) as [IncomingMessage];
      return answer;
    } catch (error) {
      // Its receiver was just closing it. The next is a new one, so this comes to an end.
      if (outgoing.reusedSocket && !signal.aborted) return await this.#ask(event, body, signal);
      throw error;
    }
  }
}

/** Reads what is left of an answer, so that its connection can be used again; one that goes on and on is closed. */
async function readToEnd(answer: IncomingMessage, signal: AbortSignal): Promise<void> {
  let left = BODY_BYTES;
  answer.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) answer.destroy();
  });
  await finished(answer, { signal: withTimeout(signal, BODY_MS) }).catch(() => answer.destroy());
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
