import type { ForkdError } from "@forkd/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { errorHeaders } from "../../../http/replies/error-headers.ts";
import { explain } from "../../../http/replies/explain-error.ts";
import { callerOf } from "../../../http/requests/callers.ts";
import { callerSignal } from "../../../http/requests/caller-signal.ts";
import { parseRequest } from "../../../http/requests/parse-request.ts";
import { requireScope } from "../../../http/requests/require-scope.ts";
import type { Services } from "../../../services.ts";
import { toE2bError } from "../e2b-error.ts";
import type { E2bError } from "../e2b-error.ts";
import { refusal } from "../refusals/refusal.ts";
import type { ServedCall } from "./e2b-call.ts";
import { LIFECYCLE_CALLS } from "./lifecycle.ts";
import { METRICS_CALLS } from "./metrics.ts";
import { REFUSED_CALLS } from "./refused.ts";
import { SANDBOX_CALLS } from "./sandboxes.ts";
import { SNAPSHOT_CALLS } from "./snapshots.ts";

/** Calls that are served. */
export const SERVED_CALLS: readonly ServedCall[] = [
  ...SANDBOX_CALLS,
  ...LIFECYCLE_CALLS,
  ...SNAPSHOT_CALLS,
  ...METRICS_CALLS,
];

/** Serves E2B's control plane beside the API. */
export function addE2bControl(server: FastifyInstance, services: Services): void {
  server.register(async (scope) => {
    scope.setErrorHandler((error, request, reply) => {
      const told = explain(error, request.raw, request.log);
      return refuse(reply, told, toE2bError(told));
    });
    for (const call of SERVED_CALLS)
      for (const url of call.paths)
        scope.route({
          method: call.method,
          url,
          exposeHeadRoute: false,
          handler: (request, reply) => answer(services, call, request, reply),
          ...(call.hasOwnConflict && {
            errorHandler: (error, request, reply) => {
              const told = explain(error, request.raw, request.log);
              void refuse(reply, told, toE2bError(told, withoutConflict(told)));
            },
          }),
        });
    for (const { method, paths, sdk: option, ...row } of REFUSED_CALLS)
      for (const url of paths)
        scope.route({
          method,
          url,
          exposeHeadRoute: false,
          handler: async () => {
            throw refusal({ option, ...row });
          },
        });
  });
}

function refuse(reply: FastifyReply, error: ForkdError, told: E2bError): FastifyReply {
  return reply.code(told.code).headers(errorHeaders(error)).send(told);
}

/** What stands in the way is told as busy, where it may be asked again. Undefined: as everywhere. */
function withoutConflict({ status, retryable }: ForkdError): number | undefined {
  if (status !== 409) return undefined;
  return retryable ? 503 : 500;
}

async function answer(
  services: Services,
  call: ServedCall,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const caller = requireScope(callerOf(request.raw), call.scope);
  const signal = callerSignal(reply.raw);
  const parsed = await parseRequest(call, request, signal);
  const domain = domainOf(services.config.domain, request.headers.host);
  const {
    status = call.status,
    body,
    nextToken,
  } = await call.handle(services, { ...parsed, caller, signal, domain });
  if (nextToken) reply.header("x-next-token", nextToken);
  return reply.code(status).send(body);
}

/** Ports are asked for by the port that the daemon was. */
function domainOf(domain: string, host = ""): string {
  const port = /:\d+$/.exec(host)?.[0] ?? "";
  return `${domain}${port}`;
}
