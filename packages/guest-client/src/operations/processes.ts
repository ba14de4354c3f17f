import { ForkdError } from "@forkd/contract";
import type { CallOptions, GuestProcess } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import type { Explain } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { nanosecondsSchema } from "./clock.ts";

const MAX_PROCESSES = 1024;
const LIST_LIMIT = { bytes: 8 * 1024 * 1024, excess: "refuse" } as const;

const processSchema = z
  .object({
    pid: z.number().int(),
    args: z.array(z.string()).max(1024),
    running: z.boolean(),
    exit_code: z.number().int().nullable(),
    signal: z.string().max(32).nullable(),
    started_ns: nanosecondsSchema.optional(),
    user: z.string().max(256).optional(),
    cwd: z.string().max(4096).optional(),
    pty: z.boolean().optional(),
    lossless: z.boolean().optional(),
    output_bytes: z.number().int().nonnegative().optional(),
    quiet_ms: z.number().int().nonnegative().optional(),
  })
  .transform(({ exit_code, started_ns, output_bytes, quiet_ms, ...told }): GuestProcess => {
    const startedAtUnixMs = started_ns === undefined ? undefined : Math.floor(started_ns);
    return {
      ...told,
      exitCode: exit_code,
      startedAtUnixMs,
      user: told.user,
      cwd: told.cwd,
      pty: told.pty,
      lossless: told.lossless,
      outputBytes: output_bytes,
      quietMs: quiet_ms,
    };
  });

const listSchema = z.object({ processes: z.array(processSchema).max(MAX_PROCESSES) });
const emptySchema = z.object({});

/** Turns the agent's answer that it started no such process into `guest_process_not_found`. */
export function explainMissingProcess(pid: number): Explain {
  return ({ code }) =>
    code === "no_such_process" ? new ForkdError("guest_process_not_found", { pid }) : undefined;
}

/** `GET /processes`: what the agent started, running or not. */
export async function listProcesses(
  session: AgentSession,
  timeoutMs: number,
  options: CallOptions,
): Promise<GuestProcess[]> {
  const { processes } = await callJson(session, {
    request: "GET /processes",
    method: "GET",
    path: "/processes",
    schema: listSchema,
    replyLimit: LIST_LIMIT,
    timeoutMs,
    signal: options.signal,
  });
  return processes;
}

/** A request about one process that has nothing to answer: its name in the path, and its body. */
export interface ProcessCommand {
  readonly pid: number;
  readonly verb: "signal" | "resize";
  readonly body: object;
}

/** `POST /processes/{pid}/signal` and `/resize`. Throws `guest_process_not_found`, `guest_refused`. */
export async function commandProcess(
  session: AgentSession,
  { pid, verb, body }: ProcessCommand,
  timeoutMs: number,
  options: CallOptions,
): Promise<void> {
  await callJson(session, {
    request: `POST /processes/{pid}/${verb}`,
    method: "POST",
    path: `/processes/${pid}/${verb}`,
    body,
    schema: emptySchema,
    timeoutMs,
    signal: options.signal,
    explain: explainMissingProcess(pid),
  });
}
