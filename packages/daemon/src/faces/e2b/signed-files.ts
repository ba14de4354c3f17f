import type { IncomingMessage } from "node:http";
import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import type { FastifyInstance } from "fastify";
import { explain } from "../../http/replies/explain-error.ts";
import type { Services } from "../../services.ts";
import type { InnerPort } from "../gateway/inner-port.ts";
import { refuseInSandbox } from "./e2b-error.ts";
import { readFileQuery } from "./envd/files/file-query.ts";
import { isSignedWith } from "./envd/files/file-signature.ts";
import { signSandboxToken } from "./sandbox-token.ts";

/**
 * Serves the URLs that E2B's clients sign for files where all sandboxes have one address: they name no sandbox, so it is
 * the one whose token they were signed with.
 */
export function addSignedFiles(server: FastifyInstance, services: Services, envd: InnerPort): void {
  server.route({
    method: ["GET", "POST"],
    url: "/files",
    exposeHeadRoute: false,
    handler: async ({ raw: request }, reply) => {
      reply.hijack();
      try {
        await envd.serve(request, reply.raw, await findSigner(services, request));
      } catch (error) {
        refuseInSandbox(reply.raw, explain(error, request, services.log));
      }
    },
  });
}

/** Throws `unauthenticated` for a URL that no sandbox's token has signed. */
async function findSigner(services: Services, request: IncomingMessage): Promise<SandboxId> {
  const query = readFileQuery(request);
  for (const { record } of services.registry.list())
    if (isSignedWith(await signSandboxToken(services, record.id), request, query)) return record.id;
  throw new ForkdError("unauthenticated", { why: "no sandbox's token has signed this URL" });
}
