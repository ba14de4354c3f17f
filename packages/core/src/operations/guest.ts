import { Readable } from "node:stream";
import type { EvalEvent, EvalRequest, EvalResult, ExecRequest, SandboxId } from "@forkd/contract";
import type { Evaluation, GuestAgent, GuestCommand, GuestProcessEvent } from "../ports/guest.ts";
import type { CallOptions } from "../ports/options.ts";
import type { Caller } from "./caller.ts";
import { findAwake } from "./life.ts";
import type { OperationPorts } from "./ports.ts";

interface OneSandbox {
  readonly id: SandboxId;
}

interface OneEvaluation extends OneSandbox {
  readonly request: EvalRequest;
}

interface Question<Reply> extends OneSandbox {
  /** The operation that asks, for who keeps account of these. */
  readonly as?: string | undefined;
  readonly question: (agent: GuestAgent) => Promise<Reply>;
}

/** Commands, code and files inside of a guest. */
export function createGuestOperations(ports: OperationPorts) {
  return {
    /**
     * Asks the agent of a machine something. Throws `sandbox_not_found`, `sandbox_dead`, `sandbox_paused`, `sandbox_suspended`, and what the
     * agent throws.
     */
    askGuest: async <Reply>(
      caller: Caller,
      { id, question }: Question<Reply>,
      options: CallOptions,
    ): Promise<Reply> => (await findAwake(ports, caller, id, options)).ask(question, options),

    /** Runs a command; text for its standard input is fed as soon as it runs. */
    exec: async (
      caller: Caller,
      { id, request }: OneSandbox & { readonly request: ExecRequest },
      options: CallOptions,
    ): Promise<AsyncIterable<GuestProcessEvent>> =>
      (await findAwake(ports, caller, id, options)).stream(
        (agent) => runCommand(agent, request, options),
        options,
      ),

    /** Goes on with the output of a command that runs. */
    attach: async (
      caller: Caller,
      { id, ...process }: OneSandbox & { readonly pid: number; readonly fromOffset?: number | undefined },
      options: CallOptions,
    ): Promise<AsyncIterable<GuestProcessEvent>> =>
      (await findAwake(ports, caller, id, options)).stream(
        (agent) => agent.attach(process, options),
        options,
      ),

    evaluate: async (
      caller: Caller,
      { id, request }: OneEvaluation,
      options: CallOptions,
    ): Promise<EvalResult> =>
      (await findAwake(ports, caller, id, options)).ask(
        (agent) => agent.evaluate(toEvaluation(request), options),
        options,
      ),

    /** Evaluates code, and tells what it gives as it comes. */
    evaluateStream: async (
      caller: Caller,
      { id, request }: OneEvaluation,
      options: CallOptions,
    ): Promise<AsyncIterable<EvalEvent>> =>
      (await findAwake(ports, caller, id, options)).stream(
        (agent) => agent.evaluateStream(toEvaluation(request), options),
        options,
      ),
  };
}

async function* runCommand(
  agent: GuestAgent,
  request: ExecRequest,
  options: CallOptions,
): AsyncGenerator<GuestProcessEvent> {
  const { stdin } = request;
  let feeding: Promise<void> | undefined;
  for await (const event of agent.exec(toCommand(request), options)) {
    if (event.type === "start" && stdin !== undefined) {
      // A command may end without reading its input; that is no failure of the command.
      feeding = agent
        .writeStdin({ pid: event.pid }, Readable.from([Buffer.from(stdin)]), options)
        .catch(() => {});
    }
    yield event;
  }
  await feeding;
}

function toCommand(request: ExecRequest): GuestCommand {
  const { args, env, cwd, user, pty, detach, lossless } = request;
  return {
    args,
    env,
    cwd,
    user,
    stdin: request.stdin_stream || request.stdin !== undefined ? "stream" : "none",
    pty,
    timeoutMs: request.timeout_secs === null ? 0 : Math.ceil(request.timeout_secs * 1000),
    detach,
    lossless,
  };
}

function toEvaluation({ language = "python", context_id: contextId, ...request }: EvalRequest): Evaluation {
  const { code, mode, timeout_secs: timeoutSecs } = request;
  return { language, contextId, code, mode, timeoutMs: Math.ceil(timeoutSecs * 1000) };
}
