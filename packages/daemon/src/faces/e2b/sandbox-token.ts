import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { equalSecrets } from "@forkd/core";
import type { Caller, OperationPorts } from "@forkd/core";
import { callerOf } from "../../http/requests/callers.ts";
import { requireScope } from "../../http/requests/require-scope.ts";
import { TRAFFIC_TOKEN_HEADER } from "../gateway/token-header.ts";

const SANDBOX_TOKEN_HEADER = "x-access-token";

type Signer = Pick<OperationPorts, "urlKey">;

/** What opens one sandbox to E2B's clients. It follows from our key and the id, so nothing is kept of it. */
export const signSandboxToken = (ports: Signer, id: SandboxId): Promise<string> => sign(ports, "e2b", id);

/** What opens the ports of its programs, and nothing else. */
export const signTrafficToken = (ports: Signer, id: SandboxId): Promise<string> =>
  sign(ports, "e2b-traffic", id);

async function sign({ urlKey }: Signer, purpose: string, id: SandboxId): Promise<string> {
  const text = JSON.stringify([purpose, id]);
  return createHmac("sha256", await urlKey())
    .update(text)
    .digest("hex");
}

/** Who sends a request to a sandbox: one who may use all of them, or has its token. Throws `unauthenticated`. */
export async function admitToSandbox(
  ports: Signer,
  request: IncomingMessage,
  id: SandboxId,
): Promise<Caller> {
  const sent = request.headers[SANDBOX_TOKEN_HEADER];
  if (typeof sent !== "string") return requireScope(callerOf(request), "use");
  if (equalSecrets(sent, await signSandboxToken(ports, id))) return holderOf(id);
  throw new ForkdError("unauthenticated", { why: "its X-Access-Token is not this sandbox's" });
}

/** Who has the token for the ports of a sandbox, or may use all of them. Throws `unauthenticated`, `not_permitted`. */
export async function admitToTraffic(
  ports: Signer,
  request: IncomingMessage,
  id: SandboxId,
): Promise<Caller> {
  const sent = request.headers[TRAFFIC_TOKEN_HEADER];
  if (typeof sent !== "string") return requireScope(callerOf(request), "use");
  if (equalSecrets(sent, await signTrafficToken(ports, id))) return holderOf(id);
  throw new ForkdError("unauthenticated", { why: `its ${TRAFFIC_TOKEN_HEADER} is not this sandbox's` });
}

/** For the port of the interpreters: E2B's clients ask of contexts with the token for programs' ports alone. */
export const admitToInterpreter = (
  ports: Signer,
  request: IncomingMessage,
  id: SandboxId,
): Promise<Caller> =>
  SANDBOX_TOKEN_HEADER in request.headers
    ? admitToSandbox(ports, request, id)
    : admitToTraffic(ports, request, id);

const holderOf = (id: SandboxId): Caller => ({ name: `the token of ${id}`, scope: "none" });
