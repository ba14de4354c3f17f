import type { IncomingMessage } from "node:http";
import type { SandboxId } from "@forkd/contract";
import type { Caller } from "@forkd/core";
import { callerOf } from "../../http/requests/callers.ts";
import type { Services } from "../../services.ts";
import { admitToTraffic } from "../e2b/sandbox-token.ts";
import type { Target } from "./target.ts";
import { TRAFFIC_TOKEN_HEADER } from "./token-header.ts";

/**
 * Who asks for a port of a sandbox: one who may use all of them, has the sandbox's token for its ports, or anybody where
 * these are public, which they are by a host name of their own alone. Throws `unauthenticated`, `not_permitted`.
 */
export async function admitToPort(
  services: Pick<Services, "urlKey" | "registry">,
  request: IncomingMessage,
  id: SandboxId,
  kind: Target["kind"],
): Promise<Caller> {
  const caller = callerOf(request);
  const isOpen = caller.scope === "none" && kind === "host" && !(TRAFFIC_TOKEN_HEADER in request.headers);
  if (isOpen && arePublic(services, id)) return caller;
  return await admitToTraffic(services, request, id);
}

/** Of a sandbox that is not there nobody is told so who may not know. */
function arePublic({ registry }: Pick<Services, "registry">, reference: SandboxId): boolean {
  const id = registry.resolve(reference);
  return registry.has(id) && registry.look(id).record.publicPorts === true;
}
