import type { CallOptions, GuestListener } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import { quoteGuestText } from "../connection/protocol-error.ts";
import { explainMissingRequest } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";

const MAX_LISTENERS = 1024;

const listenerSchema = z.object({
  port: z.number().int().min(1).max(65_535),
  address: z.string().regex(/^[0-9a-f.:]{2,45}$/),
  pid: z.number().int().nullable(),
  command: z.string().max(64).transform(quoteGuestText).nullable(),
});
const listSchema = z.object({ ports: z.array(listenerSchema).max(MAX_LISTENERS) });
const emptySchema = z.object({});

/** `GET /ports`: TCP sockets that listen, with who has them. Throws `agent_outdated`. */
export async function listListeners(
  session: AgentSession,
  timeoutMs: number,
  { signal }: CallOptions,
): Promise<GuestListener[]> {
  const { ports } = await callJson(session, {
    request: "GET /ports",
    method: "GET",
    path: "/ports",
    schema: listSchema,
    timeoutMs,
    signal,
    explain: explainMissingRequest("list its ports"),
  });
  return ports;
}

/** `POST /ports/{port}/wait`: settles when something listens there. It waits as long as it is let. Throws `agent_outdated`. */
export async function waitForPort(
  session: AgentSession,
  port: number,
  { signal }: CallOptions,
): Promise<void> {
  await callJson(session, {
    request: "POST /ports/{port}/wait",
    method: "POST",
    path: `/ports/${port}/wait`,
    schema: emptySchema,
    timeoutMs: 0,
    signal,
    explain: explainMissingRequest("wait for a port"),
  });
}
