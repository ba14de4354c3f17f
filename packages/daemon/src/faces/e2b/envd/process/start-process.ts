import type { HandlerContext } from "@connectrpc/connect";
import { ForkdError, describeIssues, execRequestSchema } from "@forkd/contract";
import type { ExecRequest } from "@forkd/contract";
import type { Operations } from "@forkd/core";
import type { ProcessEvent, StartRequest } from "../../wire/process.gen.js";
import { callOf } from "../envd-call.ts";
import { toProcessEvent } from "./process-event.ts";
import { tagged } from "./process-environment.ts";

const DEFAULT_TERMINAL = { cols: 80, rows: 24 };

/** Runs a process, which goes on when its client leaves, until the deadline that the client gave. */
export async function* startProcess(
  { exec }: Pick<Operations, "exec">,
  request: StartRequest,
  context: HandlerContext,
): AsyncGenerator<ProcessEvent> {
  const call = callOf(context);
  const onTerminal = request.pty !== undefined;
  const order = toExecRequest(request, call.user, context.timeoutMs());
  for await (const event of await exec(call.caller, { id: call.id, request: order }, call))
    yield toProcessEvent(event, onTerminal);
}

/** Throws `invalid_request`. */
function toExecRequest(
  { process, pty, tag, stdin = true }: StartRequest,
  user: string | undefined,
  timeoutMs: number | undefined,
): ExecRequest {
  const { cmd = "", args = [], envs = {}, cwd } = process ?? {};
  const value = {
    args: [cmd, ...args],
    env: tagged(envs, tag),
    cwd: cwd || undefined,
    user,
    pty: pty && { ...DEFAULT_TERMINAL, ...toSize(pty) },
    stdin_stream: stdin || pty !== undefined,
    timeout_secs: timeoutMs === undefined ? null : Math.max(timeoutMs, 1) / 1000,
    detach: true,
  };
  const parsed = execRequestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = describeIssues(execRequestSchema, value, parsed.error.issues);
  throw new ForkdError("invalid_request", { issues });
}

export function toSize(pty: { size?: { cols: number; rows: number } | undefined } | undefined) {
  return pty?.size && { cols: pty.size.cols, rows: pty.size.rows };
}
