import type { NewToken, TokenInfo, TokenRequest } from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions } from "./options.ts";

/** Who may use the API by TCP. The unix socket needs no token, and one of scope `admin` may make others. */
export class Tokens {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Makes one. Its secret, `token`, is told this once. Throws `token_name_taken`.
   *
   * @example const { token } = await forkd.tokens.create({ name: "ci", scope: "use", ttlSecs: 86_400 });
   */
  create(request: TokenRequest, options: CallOptions = {}): Promise<NewToken> {
    return this.#connection.call("createToken", { body: request }, options);
  }

  /** All of them, by their names, without their secrets. */
  list(options: CallOptions = {}): Promise<readonly TokenInfo[]> {
    return this.#connection.call("listTokens", {}, options);
  }

  /** Makes one useless at once; what its holder has under way ends within a second. Throws `token_not_found`. */
  revoke(name: string, options: CallOptions = {}): Promise<void> {
    return this.#connection.call("revokeToken", { params: { name } }, options);
  }
}
