import { ForkdError } from "@forkd/contract";
import type { CallOptions, GuestCommand, GuestProcessEvent } from "@forkd/core";
import { Exchange } from "../connection/exchange.ts";
import type { AgentRequest } from "../connection/exchange.ts";
import { throwIfRefused } from "../connection/refusal.ts";
import type { Explain } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { FrameParser } from "./frames.ts";
import { commandProcess, explainMissingProcess } from "./processes.ts";

type Start = Extract<GuestProcessEvent, { type: "start" }>;

/**
 * `POST /exec`: the command starts with the first pull of the iterator. Output that is not pulled stops the command.
 * Throws `command_not_found`, `guest_refused`, and `agent_outdated` where a lossless one cannot be.
 */
export function runCommand(
  session: AgentSession,
  command: GuestCommand,
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
  const events = readFrames(session, request, graceMs, ({ code }) =>
    code === "command_not_found" ? new ForkdError("command_not_found", { command: name }) : undefined,
  );
  return command.lossless ? requireLossless(session, events, graceMs, options) : events;
}

/** An older agent has started the command as any other: it is ended. */
async function* requireLossless(
  session: AgentSession,
  events: AsyncIterable<GuestProcessEvent>,
  graceMs: number,
  options: CallOptions,
): AsyncGenerator<GuestProcessEvent, void, undefined> {
  for await (const event of events) {
    if (event.type === "start" && event.offset === undefined) {
      const kill = { pid: event.pid, verb: "signal", body: { signal: "SIGKILL", group: true } } as const;
      await commandProcess(session, kill, graceMs, options);
      throw new ForkdError("agent_outdated", { what: "run a command lossless" });
    }
    yield event;
  }
}

/**
 * `GET /processes/{pid}/output`: from an offset, or what the ring still holds, then live. Throws
 * `guest_process_not_found`, `output_lost`, `agent_outdated`.
 */
export async function* attachToProcess(
  session: AgentSession,
  { pid, fromOffset }: { readonly pid: number; readonly fromOffset?: number | undefined },
  graceMs: number,
  options: CallOptions,
): AsyncGenerator<GuestProcessEvent, void, undefined> {
  const request: AgentRequest = {
    request: "GET /processes/{pid}/output",
    method: "GET",
    path: `/processes/${pid}/output${fromOffset === undefined ? "" : `?from=${fromOffset}`}`,
    timeoutMs: 0,
    signal: options.signal,
  };
  for await (const event of readFrames(session, request, graceMs, explainMissingProcess(pid))) {
    if (event.type === "start" && fromOffset !== undefined) requireOffset(event, fromOffset);
    yield event;
  }
}

function requireOffset({ pid, offset }: Start, from: number): void {
  if (offset === undefined) throw new ForkdError("agent_outdated", { what: "give output from an offset" });
  if (offset > from) throw new ForkdError("output_lost", { pid, from, kept_from: offset });
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
    if (chunk === null) throw exchange.breach("ended its stream without a last frame");
    const events = parseChunk(parser, chunk, exchange);
    // A stream that is given up tells the agent to end the command's group: so let it end by itself before the
    // last event, after which many a reader stops.
    if (parser.isOver) await waitForEnd(exchange, graceMs);
    yield* events;
    if (parser.isOver) return;
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
  if ((await exchange.next()) !== null) throw exchange.breach("sent bytes after the last frame");
}

function describeCommand(command: GuestCommand): object {
  const { timeoutMs, args, env, cwd, user, stdin, pty, detach, lossless, listed, console } = command;
  return { args, env, cwd, user, stdin, pty, timeout_ms: timeoutMs, detach, lossless, listed, console };
}
