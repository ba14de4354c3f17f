import type { Ping } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import type { AgentSession } from "../connection/session.ts";
import { quoteGuestText } from "../connection/protocol-error.ts";
import { estimateOffset, nanosecondsSchema, stampNow } from "./clock.ts";

const versionSchema = z.string().max(256).transform(quoteGuestText);

const interpreterSchema = z.object({
  state: z.enum(["absent", "idle", "starting", "ready", "busy", "dead"]),
  pid: z.number().int().nullish(),
  version: versionSchema.nullish(),
});

const healthSchema = z.object({
  protocol: z.literal(1),
  agent_version: versionSchema,
  pid: z.number().int(),
  uptime_ms: z.number(),
  realtime_ns: nanosecondsSchema,
  kernels: z.object({ python: interpreterSchema, node: interpreterSchema }),
});

/** `GET /health`: what the agent says of itself, with the round trip's time and the guest's clock error. */
export async function ping(session: AgentSession, timeoutMs: number, options: CallOptions): Promise<Ping> {
  const stamp = stampNow();
  const health = await callJson(session, {
    request: "GET /health",
    method: "GET",
    path: "/health",
    schema: healthSchema,
    timeoutMs,
    signal: options.signal,
  });
  return {
    pong: true,
    pid: health.pid,
    agent_version: health.agent_version,
    uptime_ms: health.uptime_ms,
    clock_offset_ms: estimateOffset(stamp, health.realtime_ns).offsetMs,
    interpreters: { python: asInterpreter(health.kernels.python), node: asInterpreter(health.kernels.node) },
    round_trip_ms: performance.now() - stamp.atMs,
  };
}

function asInterpreter(raw: z.output<typeof interpreterSchema>): Ping["interpreters"]["python"] {
  return { state: raw.state, pid: raw.pid ?? null, version: raw.version ?? null };
}
