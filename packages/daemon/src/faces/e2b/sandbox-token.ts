import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { equalSecrets } from "@forkd/core";
import type { Caller, OperationPorts } from "@forkd/core";
import { callerOf } from "../../http/requests/callers.ts";
import { requireScope } from "../../http/requests/require-scope.ts";

const SANDBOX_TOKEN_HEADER = "x-access-token";

/** What opens one sandbox to E2B's clients. It follows from our key and the id, so nothing is kept of it. */
export async function signSandboxToken(
  { urlKey }: Pick<OperationPorts, "urlKey">,
  id: SandboxId,
): Promise<string> {
  const text = JSON.stringify(["e2b", id]);
  return createHmac("sha256", await urlKey())
    .update(text)
    .digest("hex");
}

/** Who sends a request to a sandbox: one who may use all of them, or has its token. Throws `unauthenticated`. */
export async function admitToSandbox(
  ports: Pick<OperationPorts, "urlKey">,
  request: IncomingMessage,
  id: SandboxId,
): Promise<Caller> {
  const caller = callerOf(request);
  if (caller.scope !== "none") return requireScope(caller, "use");
  const sent = request.headers[SANDBOX_TOKEN_HEADER];
  if (typeof sent === "string" && equalSecrets(sent, await signSandboxToken(ports, id)))
    return { name: `the token of ${id}`, scope: "none" };
  throw new ForkdError("unauthenticated", { why: "its X-Access-Token is not this sandbox's" });
}
