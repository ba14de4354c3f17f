import { ForkdError } from "@forkd/contract";
import type { CallOptions, GuestCommand, GuestProcessEvent } from "@forkd/core";
import { Exchange } from "../connection/exchange.ts";
import type { AgentRequest } from "../connection/exchange.ts";
import { throwIfRefused } from "../connection/refusal.ts";
import type { Explain } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { FrameParser } from "./frames.ts";
import { explainMissingProcess } from "./processes.ts";

/** A command that is not listed is among the guest's processes for nobody but who reads its events. */
type Command = GuestCommand & { readonly listed?: boolean };

/**
 * `POST /exec`: the command starts with the first pull of the iterator. Output that is not pulled stops the command.
 * Throws `command_not_found`, `guest_refused`.
 */
export function runCommand(
  session: AgentSession,
  command: Command,
  graceMs: number,
  options: CallOptions,
): AsyncIterable<GuestProcessEvent> {
  const name = command.args[0] ?? "";
  const request: AgentRequest = {
    request: "POST /exec",
    method: "POST",
    path: "/exec",
    body: describeCommand(command),
    timeoutMs: command.timeoutMs === 0 ? 0 : command.timeoutMs + graceMs,
    stallMs: graceMs,
    signal: options.signal,
  };
  return readFrames(session, request, graceMs, ({ code }) =>
    code === "command_not_found" ? new ForkdError("command_not_found", { command: name }) : undefined,
  );
}

/** `GET /processes/{pid}/output`: what the ring still holds, then live. Throws `guest_process_not_found`. */
export function attachToProcess(
  session: AgentSession,
  pid: number,
  graceMs: number,
  options: CallOptions,
): AsyncIterable<GuestProcessEvent> {
  const request: AgentRequest = {
    request: "GET /processes/{pid}/output",
    method: "GET",
    path: `/processes/${pid}/output`,
    timeoutMs: 0,
    signal: options.signal,
  };
  return readFrames(session, request, graceMs, explainMissingProcess(pid));
}

async function* readFrames(
  session: AgentSession,
  request: AgentRequest,
  graceMs: number,
  explain: Explain,
): AsyncGenerator<GuestProcessEvent, void, undefined> {
  using exchange = Exchange.open(session, request);
  await throwIfRefused(exchange, await exchange.response(), request.request, explain);
  const parser = new FrameParser();
  for (;;) {
    const chunk = await exchange.next();
    if (chunk === null) throw exchange.breach("ended its stream without an exit frame");
    const events = parseChunk(parser, chunk, exchange);
    // A stream that is given up tells the agent to end the command's group: so let it end by itself before the
    // last event, after which many a reader stops.
    if (parser.exited) await waitForEnd(exchange, graceMs);
    yield* events;
    if (parser.exited) return;
  }
}

function parseChunk(parser: FrameParser, chunk: Buffer, exchange: Exchange): GuestProcessEvent[] {
  try {
    return parser.push(chunk);
  } catch (error) {
    const { why } = (error as ForkdError<"agent_protocol">).details;
    throw exchange.breach(`was answered with broken frames: ${why}`, error);
  }
}

async function waitForEnd(exchange: Exchange, graceMs: number): Promise<void> {
  exchange.limitWait(graceMs);
  if ((await exchange.next()) !== null) throw exchange.breach("sent bytes after the exit frame");
}

function describeCommand(command: Command): object {
  const { args, env, cwd, user, stdin, pty, timeoutMs, detach, listed, console } = command;
  return { args, env, cwd, user, stdin, pty, timeout_ms: timeoutMs, detach, listed, console };
}
