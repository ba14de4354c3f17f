import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { equalSecrets } from "@forkd/core";
import type { Caller, OperationPorts } from "@forkd/core";
import { callerOf } from "../../http/requests/callers.ts";
import { requireScope } from "../../http/requests/require-scope.ts";
import { TRAFFIC_TOKEN_HEADER } from "../gateway/token-header.ts";

const SANDBOX_TOKEN_FIELD = "X-Access-Token";

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

type Admission = (ports: Signer, request: IncomingMessage, id: SandboxId) => Promise<Caller>;

/** Lets in who has a sandbox's token in a field, or may use all sandboxes. Throws `unauthenticated`, `not_permitted`. */
const admitBy =
  (field: string, signToken: typeof signSandboxToken): Admission =>
  async (ports, request, id) => {
    const sent = request.headers[field.toLowerCase()];
    if (typeof sent !== "string") return requireScope(callerOf(request), "use");
    if (equalSecrets(sent, await signToken(ports, id)))
      return { ...callerOf(request), name: `the token of ${id}`, scope: "none" };
    throw new ForkdError("unauthenticated", { why: `its ${field} is not this sandbox's` });
  };

/** Who sends a request to a sandbox. */
export const admitToSandbox = admitBy(SANDBOX_TOKEN_FIELD, signSandboxToken);

/** Who asks for a port of a program of it. */
export const admitToTraffic = admitBy(TRAFFIC_TOKEN_HEADER, signTrafficToken);

/** Who asks of contexts: E2B's clients do with the token for programs' ports alone. */
export const admitToContexts: Admission = (ports, request, id) =>
  SANDBOX_TOKEN_FIELD.toLowerCase() in request.headers
    ? admitToSandbox(ports, request, id)
    : admitToTraffic(ports, request, id);
