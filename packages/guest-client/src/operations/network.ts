import { ForkdError } from "@forkd/contract";
import type { CallOptions, GuestNetwork } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import { explainMissingRequest } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";

const emptySchema = z.object({});
const WHAT = "join a network";

/** The part of a reply to `POST /fork` that says that the guest has joined a network. An older agent does not say. */
export const joinedSchema = z.boolean().default(false);

/** What the agent is told of a network; null: it is in none. */
export function describeNetwork(network: GuestNetwork | undefined): object | null {
  if (network === undefined) return null;
  const { mac, addresses, gateways, resolvers, mtu } = network;
  return { mac, addresses, gateways, resolvers, mtu };
}

/** Throws `agent_outdated` when a guest that was to join a network does not say that it has. */
export function requireJoined(network: GuestNetwork | undefined, joined: boolean): void {
  if (network !== undefined && !joined) throw new ForkdError("agent_outdated", { what: WHAT });
}

/** `POST /network`: takes the guest out of the network that it is in, and into another. Throws `agent_outdated`. */
export async function setNetwork(
  session: AgentSession,
  network: GuestNetwork | undefined,
  { timeoutMs, signal }: CallOptions & { readonly timeoutMs: number },
): Promise<void> {
  await callJson(session, {
    request: "POST /network",
    method: "POST",
    path: "/network",
    body: { network: describeNetwork(network) },
    schema: emptySchema,
    timeoutMs,
    signal,
    explain: explainMissingRequest(WHAT),
  });
}
