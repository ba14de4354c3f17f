import type { CallOptions, GuestTask, GuestTasks, GuestUsage } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import { quoteGuestText } from "../connection/protocol-error.ts";
import { explainMissingRequest } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";

const MAX_TASKS = 1024;
const TASKS_LIMIT = { bytes: 8 * 1024 * 1024, excess: "refuse" } as const;

const bytesSchema = z.number().int().nonnegative();
const usageSchema = z
  .object({
    memory_total_bytes: bytesSchema,
    memory_available_bytes: bytesSchema,
    disk_total_bytes: bytesSchema,
    disk_available_bytes: bytesSchema,
    network_received_bytes: bytesSchema.optional(),
    network_sent_bytes: bytesSchema.optional(),
    processes: z.number().int().nonnegative(),
  })
  .transform((told): GuestUsage => ({
    memoryTotalBytes: told.memory_total_bytes,
    memoryAvailableBytes: told.memory_available_bytes,
    diskTotalBytes: told.disk_total_bytes,
    diskAvailableBytes: told.disk_available_bytes,
    networkReceivedBytes: told.network_received_bytes,
    networkSentBytes: told.network_sent_bytes,
    processes: told.processes,
  }));

const textSchema = z.string().max(1024).transform(quoteGuestText);
const taskSchema = z
  .object({
    pid: z.number().int().nonnegative(),
    ppid: z.number().int().nonnegative(),
    user: textSchema,
    state: textSchema,
    cpu_ms: z.number().int().nonnegative(),
    resident_bytes: bytesSchema,
    command: textSchema,
  })
  .transform(({ ppid, cpu_ms, resident_bytes, ...told }): GuestTask => ({
    ...told,
    parentPid: ppid,
    cpuMs: cpu_ms,
    residentBytes: resident_bytes,
  }));
const tasksSchema = z.object({
  total: z.number().int().nonnegative(),
  tasks: z.array(taskSchema).max(MAX_TASKS),
});

/** `GET /metrics`. Throws `agent_outdated`. */
export function measureGuest(
  session: AgentSession,
  timeoutMs: number,
  { signal }: CallOptions,
): Promise<GuestUsage> {
  return callJson(session, {
    request: "GET /metrics",
    method: "GET",
    path: "/metrics",
    schema: usageSchema,
    timeoutMs,
    signal,
    explain: explainMissingRequest("say what it uses"),
  });
}

/** `GET /tasks`. Throws `agent_outdated`. */
export function listTasks(
  session: AgentSession,
  timeoutMs: number,
  { signal }: CallOptions,
): Promise<GuestTasks> {
  return callJson(session, {
    request: "GET /tasks",
    method: "GET",
    path: "/tasks",
    schema: tasksSchema,
    replyLimit: TASKS_LIMIT,
    timeoutMs,
    signal,
    explain: explainMissingRequest("list its processes"),
  });
}
