import { act, hint } from "../hints/hint.ts";
import { defineError } from "./definition.ts";

/** Who may ask for what. */
export const ACCESS_ERRORS = {
  unauthenticated: defineError<{ why: string }>({
    status: 401,
    retryable: false,
    message: ({ why }) => `who asks is not known: ${why}`,
    hint: () =>
      hint`send 'Authorization: Bearer TOKEN'; ${act("createToken", { name: null })} on the daemon's host makes one`,
  }),
  not_permitted: defineError<{ token: string; scope: string; needed: string }>({
    status: 403,
    retryable: false,
    message: ({ token, scope, needed }) => `the token ${token} is for "${scope}", and this needs "${needed}"`,
    hint: ({ needed }) =>
      hint`use a token of that scope: ${act("createToken", { name: null, scope: needed })}`,
  }),
  too_many_refusals: defineError<{ address: string; retryAfterSecs: number }>({
    status: 429,
    retryable: true,
    message: ({ address, retryAfterSecs }) =>
      `too many requests from ${address} had no good token; ask again in ${retryAfterSecs} s`,
    hint: () => "wait, and send a token that is good",
  }),
  audit_failed: defineError<{ directory: string; why: string }>({
    status: 503,
    retryable: true,
    message: ({ directory, why }) => `nothing was done, as it could not be recorded in ${directory}: ${why}`,
    hint: () => "make room there; a daemon that is started with FORKD_AUDIT=off records nothing",
  }),
  tenant_quota: defineError<{
    tenant: string;
    what: string;
    limit: number;
    used: number;
    wanted: number;
    retryAfterSecs: number;
  }>({
    status: 429,
    retryable: true,
    message: ({ tenant, what, limit, used, wanted }) =>
      `the tenant ${tenant} may have ${limit} ${what}, has ${used}, and asks for ${wanted} more`,
    hint: () => hint`end some (${act("killSandbox")}), or ask whoever runs the daemon for more`,
  }),
  token_name_taken: defineError<{ name: string }>({
    status: 409,
    retryable: false,
    message: ({ name }) => `there is a token ${name} already`,
    hint: ({ name }) => hint`take another name, or revoke it: ${act("revokeToken", { name })}`,
  }),
  webhook_not_found: defineError<{ webhook: string }>({
    status: 404,
    retryable: false,
    message: ({ webhook }) => `there is no webhook ${webhook}`,
    hint: () => hint`list them: ${act("listWebhooks")}`,
  }),
  webhook_limit: defineError<{ limit: number }>({
    status: 409,
    retryable: false,
    message: ({ limit }) => `there are ${limit} webhooks already, and may be no more`,
    hint: () => hint`remove one: ${act("deleteWebhook")}`,
  }),
  token_not_found: defineError<{ name: string; known: string[] }>({
    status: 404,
    retryable: false,
    message: ({ name, known }) =>
      `there is no token ${name}; ${known.length === 0 ? "there are none" : `there are ${known.join(", ")}`}`,
    hint: () => hint`list them: ${act("listTokens")}`,
  }),
};
