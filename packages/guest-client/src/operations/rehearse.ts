import { ForkdError, isForkdError } from "@forkd/contract";
import type { Ping } from "@forkd/contract";
import type { CallOptions, ForkIdentity } from "@forkd/core";
import { callJson } from "../connection/call.ts";
import type { AgentSession } from "../connection/session.ts";
import type { Deadlines } from "../default-deadlines.ts";
import { stampNow, toRealtimeNs } from "./clock.ts";
import { runCommand } from "./exec.ts";
import { FIRST_LEAD_MS, describeFork, forkSchema } from "./fork.ts";
import { Evaluator } from "./interpreters.ts";
import { ping } from "./ping.ts";
import { REHEARSED_CODE } from "./rehearsed-code.ts";
import type { Language } from "./rehearsed-code.ts";
import { syncGuest } from "./sync.ts";

/** Far more than the work takes, since an interpreter that is interrupted is a rehearsal that failed. */
const WORK_MS = 10_000;

/**
 * About as large as that of a child, so that the guest has as much to read. An agent that knows no rehearsals refuses
 * a fork without an id, rather than doing it.
 */
const IDENTITY: ForkIdentity = {
  sandboxId: "",
  childIndex: 0,
  hostname: "forkd-rehearsal",
  machineId: "0".repeat(32),
  env: { FORKD_REHEARSAL: "1" },
  args: [],
  files: [],
};

/** The first directory is one without a `sh`, as most in a PATH are without what is looked for. */
const COMMAND = {
  args: ["sh", "-c", "true"],
  env: { PATH: "/run/forkd:/bin" },
  stdin: "none",
  pty: null,
  timeoutMs: WORK_MS,
  detach: false,
  listed: false,
} as const;

/**
 * All that a fork and the first requests after it do, with nothing of it left behind. Throws `interpreter_unavailable`
 * when an interpreter lost its state, `agent_timeout` when it had to be interrupted, `guest_refused` for an agent that
 * knows no rehearsals.
 */
export async function rehearse(
  session: AgentSession,
  deadlines: Deadlines,
  options: CallOptions,
): Promise<void> {
  await rehearseFork(session, deadlines.forkMs, options);
  await rehearseCommand(session, deadlines.graceMs, options);
  const { interpreters } = await ping(session, deadlines.quickMs, options);
  const evaluator = new Evaluator(session, deadlines.graceMs);
  if (interpreters.python.state === "ready") await rehearseCalls(evaluator, "python", options);
  if (interpreters.node.state === "ready") await rehearseCalls(evaluator, "node", options);
  throwIfLost(interpreters, (await ping(session, deadlines.quickMs, options)).interpreters);
  await syncGuest(session, { disk: false, timeoutMs: deadlines.syncMs }, options);
}

async function rehearseFork(
  session: AgentSession,
  timeoutMs: number,
  { signal }: CallOptions,
): Promise<void> {
  await callJson(session, {
    request: "POST /fork",
    method: "POST",
    path: "/fork",
    body: { rehearsal: true, ...describeFork(IDENTITY, toRealtimeNs(stampNow(), FIRST_LEAD_MS)) },
    schema: forkSchema,
    timeoutMs,
    signal,
  });
}

async function rehearseCommand(session: AgentSession, graceMs: number, options: CallOptions): Promise<void> {
  try {
    for await (const _event of runCommand(session, COMMAND, graceMs, options));
  } catch (error) {
    if (!isForkdError(error) || error.code !== "command_not_found") throw error;
  }
}

async function rehearseCalls(evaluator: Evaluator, language: Language, options: CallOptions): Promise<void> {
  for (const call of REHEARSED_CODE[language]) {
    const evaluation = { language, ...call, timeoutMs: WORK_MS, rehearsal: true };
    const { timed_out: timedOut } = await evaluator.evaluate(evaluation, options);
    if (timedOut)
      throw new ForkdError("agent_timeout", { request: `a call of ${language}`, timeoutMs: WORK_MS });
  }
}

function throwIfLost(before: Ping["interpreters"], after: Ping["interpreters"]): void {
  for (const language of ["python", "node"] as const) {
    if (before[language].state !== "ready" || before[language].pid === after[language].pid) continue;
    throw new ForkdError("interpreter_unavailable", { language, why: "it ended while it rehearsed" });
  }
}
