import type { HandlerContext } from "@connectrpc/connect";
import { ForkdError, describeIssues, execRequestSchema } from "@forkd/contract";
import type { ExecRequest } from "@forkd/contract";
import type { Operations } from "@forkd/core";
import type { ProcessEvent, StartRequest } from "../../wire/process.gen.js";
import { callOf } from "../rpc-call.ts";
import { resolvePlace } from "../places/resolve-place.ts";
import { toProcessEvent } from "./process-event.ts";
import { tagged } from "./process-environment.ts";

/** Where a process runs, as whom, and for how long. */
interface Place {
  readonly cwd: string | undefined;
  readonly user: string | undefined;
  readonly timeoutMs: number | undefined;
}

const DEFAULT_TERMINAL = { cols: 80, rows: 24 };

/** Runs a process, which goes on when its client leaves, until the deadline that the client gave. */
export async function* startProcess(
  operations: Pick<Operations, "exec" | "readFile">,
  request: StartRequest,
  context: HandlerContext,
): AsyncGenerator<ProcessEvent> {
  const call = callOf(context);
  const onTerminal = request.pty !== undefined;
  const { caller, id, user } = call;
  // Without one, its user's home if that is there, which only the guest knows.
  const cwd = request.process?.cwd && (await resolvePlace(operations, call, request.process.cwd));
  const order = toExecRequest(request, { cwd, user, timeoutMs: context.timeoutMs() });
  for await (const event of await operations.exec(caller, { id, request: order }, call))
    yield toProcessEvent(event, onTerminal);
}

/** Throws `invalid_request`. */
function toExecRequest(
  { process, pty, tag, stdin = true }: StartRequest,
  { cwd, user, timeoutMs }: Place,
): ExecRequest {
  const { cmd = "", args = [], envs = {} } = process ?? {};
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
