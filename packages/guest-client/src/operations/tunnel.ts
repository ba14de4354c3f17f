import type { Duplex } from "node:stream";
import { ForkdError } from "@forkd/contract";
import type { TunnelOptions } from "@forkd/core";
import { Exchange } from "../connection/exchange.ts";
import { GuestConnection } from "../connection/guest-connection.ts";
import { explainMissingRequest, throwIfRefused } from "../connection/refusal.ts";
import type { Refusal } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";

/** How long the agent lets a port take to accept. */
const ACCEPT_SECS = 10;
const explainOutdated = explainMissingRequest("connect to a port");

/**
 * `CONNECT 127.0.0.1:PORT`: a connection to a program of the guest, which is its caller's from then on. Throws
 * `port_refused`, `port_timeout`, `agent_outdated`.
 */
export async function openTunnel(
  session: AgentSession,
  port: number,
  timeoutMs: number,
  { signal, explain: explainLoss }: TunnelOptions,
): Promise<Duplex> {
  const request = "CONNECT";
  using exchange = Exchange.open(session, {
    request,
    method: "CONNECT",
    path: `127.0.0.1:${port}`,
    body: "stream",
    timeoutMs,
    signal,
  });
  await throwIfRefused(exchange, await exchange.response(), request, (refusal) => explain(refusal, port));
  return new GuestConnection(exchange.takeStream(), explainLoss);
}

function explain(refusal: Refusal, port: number): ForkdError | undefined {
  if (refusal.code === "port_refused") return new ForkdError("port_refused", { port });
  if (refusal.code === "port_timeout") return new ForkdError("port_timeout", { port, seconds: ACCEPT_SECS });
  return explainOutdated(refusal);
}
