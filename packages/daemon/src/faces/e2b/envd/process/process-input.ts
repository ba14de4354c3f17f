import { Readable } from "node:stream";
import { Code, ConnectError } from "@connectrpc/connect";
import type { CallOptions, GuestAgent } from "@forkd/core";
import type {
  ProcessInput,
  ProcessSelector,
  SendInputRequest,
  StreamInputRequest,
} from "../../wire/process.gen.js";
import { GUEST_REFUSALS } from "../../refusals/guest-refusals.ts";
import { refusal } from "../../refusals/refusal.ts";
import { findPid, findRunning } from "./running-processes.ts";

/** What a client gives for the input of a process, or of its terminal: it is one. */
export async function sendInput(
  agent: GuestAgent,
  { process, input }: SendInputRequest,
  options: CallOptions,
): Promise<void> {
  const pid = await findPid(agent, process, options);
  await agent.writeStdin({ pid, more: true }, Readable.from([bytesOf(input)]), options);
}

/** The same, as it comes: no faster than the process reads. */
export async function streamInput(
  agent: GuestAgent,
  requests: AsyncIterable<StreamInputRequest>,
  options: CallOptions,
): Promise<void> {
  const iterator = requests[Symbol.asyncIterator]();
  const { value: first } = await iterator.next();
  if (first?.event.case !== "start")
    throw new ConnectError("a stream of input begins with what it is for", Code.InvalidArgument);
  const pid = await findPid(agent, first.event.value.process, options);
  await agent.writeStdin({ pid, more: true }, Readable.from(readInput(iterator)), options);
}

async function* readInput(requests: AsyncIterator<StreamInputRequest>): AsyncGenerator<Uint8Array> {
  for await (const { event } of { [Symbol.asyncIterator]: () => requests })
    if (event.case === "data") yield bytesOf(event.value.input);
}

/** A terminal has no end of input: what reads it is told by a character. */
export async function closeStdin(
  agent: GuestAgent,
  selector: ProcessSelector | undefined,
  options: CallOptions,
): Promise<void> {
  const { pid, pty } = await findRunning(agent, selector, options);
  if (pty) throw refusal(GUEST_REFUSALS["end of a terminal's input"]);
  await agent.writeStdin({ pid }, Readable.from([]), options);
}

function bytesOf(input: ProcessInput | undefined): Buffer {
  const bytes = input?.input.value;
  if (bytes === undefined) throw new ConnectError("the request has no input", Code.InvalidArgument);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
