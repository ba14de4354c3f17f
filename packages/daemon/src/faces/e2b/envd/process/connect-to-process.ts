import type { HandlerContext } from "@connectrpc/connect";
import type { GuestProcessEvent, Operations } from "@forkd/core";
import type { ConnectRequest, ProcessEvent } from "../../wire/process.gen.js";
import { askGuest } from "../ask-guest.ts";
import { GUEST_REFUSALS } from "../../refusals/guest-refusals.ts";
import { refusal } from "../../refusals/refusal.ts";
import { callOf } from "../rpc-call.ts";
import { toProcessEvent } from "./process-event.ts";
import { findRunning } from "./running-processes.ts";

/** What a process says from now on. */
export async function* connectToProcess(
  operations: Pick<Operations, "askGuest" | "attach">,
  { process: selector }: ConnectRequest,
  context: HandlerContext,
): AsyncGenerator<ProcessEvent> {
  const call = callOf(context);
  const { caller, id } = call;
  const process = await askGuest(operations, call, (agent, options) => findRunning(agent, selector, options));
  const { pid, pty = false, lossless = false, outputBytes = 0 } = process;
  if (lossless) throw refusal(GUEST_REFUSALS["processes with one reader"]);
  const events = await operations.attach(caller, { id, pid }, call);
  for await (const event of skipOutput(events, outputBytes)) yield toProcessEvent(event, pty);
}

/** The same events without the output up to an offset. */
async function* skipOutput(
  events: AsyncIterable<GuestProcessEvent>,
  until: number,
): AsyncGenerator<GuestProcessEvent> {
  let offset = 0;
  for await (const event of events) {
    if (event.type === "start") offset = event.offset ?? until;
    if (!("data" in event)) {
      yield event;
      continue;
    }
    const data = event.data.subarray(Math.max(until - offset, 0));
    offset += event.data.length;
    if (data.length > 0) yield { type: event.type, data };
  }
}
