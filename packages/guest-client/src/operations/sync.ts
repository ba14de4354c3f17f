import type { CallOptions } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import type { AgentSession } from "../connection/session.ts";

const emptySchema = z.object({});

interface SyncCall {
  /** False: only the interpreters are made ready for a fork. */
  readonly disk?: boolean;
  readonly timeoutMs: number;
}

/** `POST /sync`: writes dirty pages back and trims free blocks, and makes the interpreters ready for a fork. */
export async function syncGuest(
  session: AgentSession,
  { disk, timeoutMs }: SyncCall,
  options: CallOptions,
): Promise<void> {
  await callJson(session, {
    request: "POST /sync",
    method: "POST",
    path: "/sync",
    body: { disk },
    schema: emptySchema,
    timeoutMs,
    signal: options.signal,
  });
}
