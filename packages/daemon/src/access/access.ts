import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { ForkdError } from "@forkd/contract";
import { equalSecrets } from "@forkd/core";
import type { Caller, TokenBook, TokenRecord } from "@forkd/core";
import { createTargetFinder } from "../faces/gateway/target.ts";
import { API_KEY_HEADER, toToken } from "../faces/e2b/api-key.ts";
import { TOKEN_HEADER } from "../faces/gateway/token-header.ts";
import { RefusalLimit } from "./refusal-limit.ts";

const BEARER = /^bearer +(\S+) *$/i;
/** Whoever sends no token: for what is open to everybody, and for signed URLs. */
const ANONYMOUS: Caller = { name: "anonymous", scope: "none" };

/** Whoever has the token of `FORKD_TOKEN_FILE`. */
const FIXED: Caller = { name: "token-file", scope: "admin" };

export interface AccessOptions {
  readonly tokens: TokenBook;
  /** One more token, for all. */
  readonly fixed: string | undefined;
  /** Below it are the ports of sandboxes, whose programs have an `Authorization` of their own. */
  readonly domain: string;
}

/** A request that somebody was let in with. */
interface Unanswered {
  readonly token: TokenRecord;
}

/** Who may use the API by TCP: those who have a token. */
export class Access {
  readonly #tokens: TokenBook;
  readonly #fixed: string | undefined;
  readonly #findTarget: ReturnType<typeof createTargetFinder>;
  readonly #refusals = new RefusalLimit();
  /** What is not answered yet, of each connection: a caller may ask for more before that, and with another token. */
  readonly #open = new Map<Duplex, Set<Unanswered>>();

  constructor({ tokens, fixed, domain }: AccessOptions) {
    this.#tokens = tokens;
    this.#fixed = fixed;
    this.#findTarget = createTargetFinder(domain);
  }

  /** Who sends a request. Throws `unauthenticated` for a token that is not good, `too_many_refusals` for many of those. */
  admit(request: IncomingMessage, response: ServerResponse): Caller {
    const secret = this.#readSecret(request);
    if (secret === undefined) return ANONYMOUS;
    if (this.#fixed !== undefined && equalSecrets(this.#fixed, secret)) return FIXED;
    const token = this.#tokens.find(secret);
    if (token === undefined || !this.#tokens.isGood(token)) {
      this.#refusals.count(request.socket.remoteAddress ?? "");
      const why = token === undefined ? "its token is not known, or was revoked" : "its token has expired";
      throw new ForkdError("unauthenticated", { why });
    }
    this.#follow(request.socket, response, token);
    return { name: token.name, scope: token.scope, tenant: token.tenant ?? undefined };
  }

  /** Ends the connections on which something goes on with a token that was revoked or has expired. */
  endStale(): void {
    for (const [socket, open] of this.#open)
      if (open.values().some(({ token }) => !this.#tokens.isGood(token))) socket.destroy();
  }

  #readSecret(request: IncomingMessage): string | undefined {
    const { [TOKEN_HEADER]: own, [API_KEY_HEADER]: apiKey, authorization } = request.headers;
    if (own !== undefined) return [own].flat().join();
    const kind = this.#findTarget(request)?.kind;
    if (kind === "host" || kind === "header") return undefined;
    if (apiKey !== undefined && kind === undefined) return toToken([apiKey].flat().join());
    if (authorization === undefined) return undefined;
    const secret = BEARER.exec(authorization)?.[1];
    if (secret === undefined)
      throw new ForkdError("unauthenticated", { why: "its Authorization is not 'Bearer TOKEN'" });
    return secret;
  }

  /** An answer that makes its connection another protocol never closes: that goes on as long as the connection. */
  #follow(socket: Duplex, response: ServerResponse, token: TokenRecord): void {
    const open = this.#open.get(socket) ?? new Set();
    if (!this.#open.has(socket)) socket.once("close", () => this.#open.delete(socket));
    this.#open.set(socket, open);
    const request = { token };
    open.add(request);
    response.once("close", () => open.delete(request));
  }
}
