import { chmod, rm } from "node:fs/promises";
import { createOpenApiDocument } from "@forkd/contract";
import type { FastifyInstance } from "fastify";
import { Access } from "./access/access.ts";
import { readFixedToken } from "./access/fixed-token.ts";
import { listenTcp } from "./access/listen-tcp.ts";
import type { TcpListener } from "./access/listen-tcp.ts";
import { recordRefusals } from "./audit/refusals.ts";
import type { DaemonConfig } from "./config.ts";
import { createE2bFace } from "./faces/e2b/face.ts";
import { admitToPort } from "./faces/gateway/admit-to-port.ts";
import { createGateway } from "./faces/gateway/gateway.ts";
import { createHandlers } from "./faces/v1/handlers.ts";
import { createServer } from "./http/server.ts";
import type { Watch } from "./http/requests/watch-answer.ts";
import type { Services } from "./services.ts";
import { VERSION } from "./version.ts";

/** Serves the API and the ports of sandboxes, on the unix socket and by TCP, until disposal. */
export async function serveFaces(services: Services): Promise<AsyncDisposable> {
  const { config, operations, tracing, log } = services;
  await using stack = new AsyncDisposableStack();
  const watch = composeWatch(services, stack);
  const e2b = createE2bFace(services);
  const gateway = createGateway(operations, {
    admit: (request, id, kind) => admitToPort(services, request, id, kind),
    domain: config.domain,
    innerPorts: e2b.innerPorts,
    log,
  });
  const describe = (): object => createOpenApiDocument(VERSION);
  const server = createServer(createHandlers(services), describe, log, {
    gateway,
    watch,
    traced: tracing.requests,
    rateOf: ({ tenant }) => services.quotas.branchRate(tenant),
  });
  e2b.addTo(server);
  stack.defer(() => server.close());
  await listen(server, config);
  const tcp = await planTcp(services);
  if (tcp) {
    const handle = server.routing.bind(server);
    stack.use(await listenTcp(tcp, { handle, gateway, watch, traced: tracing.requests }));
  }
  return stack.move();
}

function composeWatch({ metrics, tracing, audit, onError }: Services, stack: AsyncDisposableStack): Watch {
  const tell = (error: unknown): void => onError(error, "recording a refusal");
  const refusals = audit && stack.use(recordRefusals(audit, tell));
  const watches = [metrics, tracing.requests, refusals].flatMap((each) => each?.watch ?? []);
  return (answered) => {
    for (const watch of watches) watch(answered);
  };
}

/** The lock is held, so a socket that is there already has no daemon behind it. */
async function listen(
  server: FastifyInstance,
  { socketPath, socketMode }: Pick<DaemonConfig, "socketPath" | "socketMode">,
): Promise<void> {
  await rm(socketPath, { force: true });
  await server.listen({ path: socketPath });
  await chmod(socketPath, socketMode);
}

async function planTcp({ config, tokens, log }: Services): Promise<TcpListener | undefined> {
  const { bind, tlsCert: cert, tlsKey: key, tokenFile, domain } = config;
  if (bind === undefined) return undefined;
  const fixed = tokenFile === undefined ? undefined : await readFixedToken(tokenFile);
  const access = new Access({ tokens, fixed, domain });
  return { bind, tls: cert && key ? { cert, key } : undefined, access, log };
}
