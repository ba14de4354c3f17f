import type { NewToken, TokenInfo, TokenRequest } from "@forkd/contract";
import { describeToken } from "../access/token-record.ts";
import type { Asked } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

/** Tokens, by which others than the local user use the API. */
export function createTokenOperations({ tokens, events }: Pick<OperationPorts, "tokens" | "events">) {
  const listTokens: (...asked: Asked) => Promise<TokenInfo[]> = async () => tokens.list().map(describeToken);
  return {
    listTokens,

    async createToken(...[caller, request, options]: Asked<TokenRequest>): Promise<NewToken> {
      const { record, secret } = await tokens.create(request, options);
      events.emit({ type: "token.created", name: record.name, scope: record.scope }, caller);
      return { ...describeToken(record), token: secret };
    },

    async revokeToken(...[caller, { name }, options]: Asked<{ readonly name: string }>): Promise<void> {
      await tokens.revoke(name, options);
      events.emit({ type: "token.revoked", name }, caller);
    },
  };
}
