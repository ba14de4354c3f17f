import type { CallOptions } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import type { AgentSession } from "../connection/session.ts";

const emptySchema = z.object({});

/** `POST /sync`: writes dirty pages back and trims free blocks. */
export async function syncDisk(
  session: AgentSession,
  timeoutMs: number,
  options: CallOptions,
): Promise<void> {
  await callJson(session, {
    request: "POST /sync",
    method: "POST",
    path: "/sync",
    body: {},
    schema: emptySchema,
    timeoutMs,
    signal: options.signal,
  });
}
