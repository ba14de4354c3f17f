import { z } from "zod";
import type { CallOptions, Credentials } from "@forkd/core";
import { UnexpectedStatus, failed, readSmallBody, resolveLocation, sendRequest } from "../download/http.ts";
import type { HttpRequest } from "../download/http.ts";
import { parseChallenge } from "./challenge.ts";
import type { Challenge } from "./challenge.ts";
import { parseJsonOrNothing } from "../../files/parse-json.ts";

const TOKEN_LIMIT_BYTES = 256 * 1024;
const ERROR_LIMIT_BYTES = 64 * 1024;

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });
const errorsSchema = z.object({
  errors: z.array(z.object({ code: z.string().optional(), message: z.string().optional() })).min(1),
});

/** What is asked for: `pull`, or `pull,push`. */
export type RegistryAccess = "pull" | "pull,push";

export interface RegistryClientOptions {
  readonly origin: string;
  readonly repository: string;
  readonly access: RegistryAccess;
  readonly credentials: Credentials | undefined;
}

/**
 * Speaks to one repository of a registry, and proves who asks when it is told to. What proves it goes to the registry
 * alone, and to the server that the registry names for tokens; never along with a redirect.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md
 */
export class RegistryClient {
  readonly #options: RegistryClientOptions;
  readonly #origin: URL;
  #authorization: string | undefined;

  constructor(options: RegistryClientOptions) {
    this.#options = options;
    this.#origin = new URL(options.origin);
  }

  /** `/v2/<repository>/<path>` of the registry. */
  urlOf(path: string): URL {
    return new URL(`/v2/${this.#options.repository}/${path}`, this.#origin);
  }

  /** Where the registry wants to go on. Throws `registry_failed`. */
  locationOf(response: Response, from: URL): URL {
    const location = response.headers.get("location");
    if (location === null) throw failed(from, "it named no place to go on at");
    return resolveLocation(from, location);
  }

  /** Sends a request. A reply with another status than those expected throws `registry_failed`, with its reason. */
  async call(request: HttpRequest, expected: readonly number[], options: CallOptions): Promise<Response> {
    let response = await this.#send(request, options);
    if (response.status === 401 && request.url.origin === this.#origin.origin) {
      await response.body?.cancel();
      this.#authorization = await this.#authorize(response, options);
      response = await this.#send(request, options);
    }
    if (expected.includes(response.status)) return response;
    const why = await reasonOf(request, response, options);
    throw failed(request.url, why, new UnexpectedStatus(response.status));
  }

  /** A call whose reply says all in its head. */
  async command(request: HttpRequest, expected: readonly number[], options: CallOptions): Promise<Response> {
    const response = await this.call(request, expected, options);
    await response.body?.cancel();
    return response;
  }

  /** Throws `registry_failed` unless it is a registry, and one that lets whoever asks look into the repository. */
  async requireAccess(target: string, options: CallOptions): Promise<void> {
    await this.command({ method: "GET", url: new URL("/v2/", this.#origin) }, [200], options);
    const url = this.urlOf(`manifests/${target}`);
    await this.command({ method: "HEAD", url }, [200, 404], options);
  }

  #send(request: HttpRequest, options: CallOptions): Promise<Response> {
    const isOwn = request.url.origin === this.#origin.origin;
    const secret = isOwn && this.#authorization !== undefined ? { authorization: this.#authorization } : {};
    return sendRequest({ ...request, headers: { ...request.headers, ...secret } }, options);
  }

  async #authorize(response: Response, options: CallOptions): Promise<string> {
    const challenge = parseChallenge(response.headers.get("www-authenticate") ?? "");
    if (challenge.scheme === "bearer") return `Bearer ${await this.#fetchToken(challenge, options)}`;
    if (challenge.scheme === "basic" && this.#options.credentials !== undefined)
      return basic(this.#options.credentials);
    throw failed(this.#origin, "it wants a user name and a password", new UnexpectedStatus(401));
  }

  // https://distribution.github.io/distribution/spec/auth/token/
  async #fetchToken({ realm, service }: Challenge, options: CallOptions): Promise<string> {
    const { repository, access, credentials } = this.#options;
    const url = resolveLocation(this.#origin, realm ?? "");
    if (service !== undefined) url.searchParams.set("service", service);
    url.searchParams.set("scope", `repository:${repository}:${access}`);
    const headers = credentials === undefined ? {} : { authorization: basic(credentials) };
    const response = await sendRequest({ method: "GET", url, headers }, options);
    if (response.status !== 200) {
      await response.body?.cancel();
      const why = `its token server refused with status ${response.status}`;
      throw failed(this.#origin, why, new UnexpectedStatus(response.status));
    }
    const body = await readSmallBody(response, { url, limitBytes: TOKEN_LIMIT_BYTES }, options);
    const { data } = tokenSchema.safeParse(parseJsonOrNothing(body));
    const token = data?.token ?? data?.access_token;
    // RFC 6750: the characters that a token may have, so that it makes no second header.
    if (token === undefined || !/^[A-Za-z0-9._~+/=-]+$/.test(token))
      throw failed(this.#origin, "its token server gave no token");
    return token;
  }
}

async function reasonOf(
  { method, url }: HttpRequest,
  response: Response,
  options: CallOptions,
): Promise<string> {
  const path = `${method} ${url.pathname.slice(0, 300)}`;
  const body = await readSmallBody(response, { url, limitBytes: ERROR_LIMIT_BYTES }, options).catch(() =>
    Buffer.alloc(0),
  );
  const { data } = errorsSchema.safeParse(parseJsonOrNothing(body));
  const [first] = data?.errors ?? [];
  const said = first === undefined ? "" : `: ${printable(`${first.code ?? ""} ${first.message ?? ""}`)}`;
  return `${path} gave status ${response.status}${said}`;
}

/** Whoever shows the message may do so on a terminal. */
function printable(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, "?")
    .slice(0, 200)
    .trim();
}

function basic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}
