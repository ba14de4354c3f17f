import { isForkdError } from "@forkd/contract";
import type { CallOptions, GuestProcessExit } from "@forkd/core";
import { callJson } from "../connection/call.ts";
import { protocolError } from "../connection/protocol-error.ts";
import { explainMissingRequest } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { attachToProcess } from "./exec.ts";
import { exitSchema } from "./frames.ts";
import { explainMissingProcess } from "./processes.ts";

/**
 * `GET /processes/{pid}/exit`: waits until a command has ended. An older agent knows no other way than to read all that
 * it writes. Throws `guest_process_not_found`.
 */
export async function waitForProcess(
  session: AgentSession,
  pid: number,
  graceMs: number,
  options: CallOptions,
): Promise<GuestProcessExit> {
  const explainMissing = explainMissingProcess(pid);
  try {
    return await callJson(session, {
      request: "GET /processes/{pid}/exit",
      method: "GET",
      path: `/processes/${pid}/exit`,
      schema: exitSchema,
      timeoutMs: 0,
      signal: options.signal,
      explain: (refusal) => explainMissing(refusal) ?? explainMissingRequest("wait for a command")(refusal),
    });
  } catch (error) {
    if (!isForkdError(error) || error.code !== "agent_outdated") throw error;
    return await readToExit(session, pid, graceMs, options);
  }
}

async function readToExit(
  session: AgentSession,
  pid: number,
  graceMs: number,
  options: CallOptions,
): Promise<GuestProcessExit> {
  for await (const event of attachToProcess(session, { pid }, graceMs, options))
    if (event.type === "exit") return event;
  throw protocolError(`the output of process ${pid} ended without its exit`);
}
