import type { IncomingMessage } from "node:http";
import type { SandboxId } from "@forkd/contract";
import type { Caller } from "@forkd/core";
import { callerOf } from "../../../../http/requests/callers.ts";
import type { Services } from "../../../../services.ts";
import { admitToSandbox, signSandboxToken } from "../../sandbox-token.ts";
import { readFileQuery } from "./file-query.ts";
import { requireFileSignature } from "./file-signature.ts";

/** Who asks for a file: whoever has a URL that was signed for it, or may use the sandbox. Throws `unauthenticated`. */
export async function admitToFile(
  services: Services,
  request: IncomingMessage,
  sandbox: SandboxId,
): Promise<Caller> {
  const query = readFileQuery(request);
  if (query.signature === undefined) return await admitToSandbox(services, request, sandbox);
  const id = services.registry.resolve(sandbox);
  requireFileSignature(await signSandboxToken(services, id), request, query);
  return { ...callerOf(request), name: `a signed URL of ${id}`, scope: "none" };
}
