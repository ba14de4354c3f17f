import type { IncomingMessage, ServerResponse } from "node:http";
import type { ForkdError, SandboxId } from "@forkd/contract";
import type { Caller, Operations } from "@forkd/core";

/** A request to the interpreters of a sandbox. */
export interface InterpreterCall {
  readonly operations: Operations;
  readonly caller: Caller;
  readonly id: SandboxId;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
  /** What is answered for what failed; the log has what is a defect of ours. */
  readonly explain: (cause: unknown) => ForkdError;
}
