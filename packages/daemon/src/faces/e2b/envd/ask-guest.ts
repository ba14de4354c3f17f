import type { CallOptions, GuestAgent, Operations } from "@forkd/core";
import type { EnvdCall } from "./envd-call.ts";

/** Asks the sandbox's own agent something, for the one who calls. */
export function askGuest<Reply>(
  { askGuest: ask }: Pick<Operations, "askGuest">,
  call: EnvdCall,
  question: (agent: GuestAgent, options: CallOptions) => Promise<Reply>,
): Promise<Reply> {
  const order = { id: call.id, question: (agent: GuestAgent) => question(agent, call) };
  return ask(call.caller, order, call);
}
