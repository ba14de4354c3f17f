import type { IncomingMessage, ServerResponse } from "node:http";
import type { SandboxId } from "@forkd/contract";

/** A port that every sandbox has and that the daemon serves, in place of a program in the guest. */
export interface InnerPort {
  /** What it throws is answered as the API does. The id is as the caller wrote it, and may be a name. */
  serve(request: IncomingMessage, response: ServerResponse, sandbox: SandboxId): Promise<void>;
}
