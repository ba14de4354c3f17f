import { ForkdError } from "@forkd/contract";
import type { InterpreterCall } from "./interpreter-call.ts";

/** Whether code can be run; no sandbox is woken up for it. */
export async function answerHealth({
  operations,
  caller,
  id,
  response,
  signal,
}: InterpreterCall): Promise<void> {
  const { status } = await operations.describeSandbox(caller, { id }, { signal });
  if (status !== "running") throw new ForkdError("sandbox_paused", { id });
  response.writeHead(200, { "content-type": "application/json" }).end('"OK"');
}
