import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { ForkdError, describeIssues, portRoutes } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import type { Caller, Operations } from "@forkd/core";
import { explain } from "../../http/replies/explain-error.ts";
import type { ErrorLog } from "../../http/replies/explain-error.ts";
import { callerSignal } from "../../http/requests/caller-signal.ts";
import { noteRequest } from "../../http/requests/request-notes.ts";
import { nameRequest } from "../../http/requests/request-id.ts";
import type { Call } from "./call.ts";
import { followSocket } from "./follow-socket.ts";
import type { InnerPort } from "./inner-port.ts";
import { join } from "./join.ts";
import { proxyRequest } from "./proxy-request.ts";
import { proxyUpgrade } from "./proxy-upgrade.ts";
import { refuse } from "./refuse.ts";
import { createTargetFinder } from "./target.ts";
import type { Target } from "./target.ts";
import { UpgradeResponse } from "./upgrade-response.ts";

const TUNNEL_PROTOCOL = "tcp";

/** What serves the ports of sandboxes, beside the API: HTTP, other protocols that begin with it, and bare connections. */
export interface Gateway extends Disposable {
  /** What is below it is the ports'. */
  readonly domain: string;
  /** Whether a request is for a port, and none of the API's. */
  claims(request: IncomingMessage): boolean;
  /** Whether nobody is let in to what it asks for who has no token, by whatever name this host is called. */
  wantsToken(request: IncomingMessage): boolean;
  /** Whether it is to become another protocol; a request with a body is not, nor is one for HTTP/2. */
  claimsUpgrade(request: IncomingMessage): boolean;
  /** Never rejects: what fails is the answer. */
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** `receive` looks at the request first, and throws what is to be answered instead. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    early: Buffer,
    receive: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<void>;
}

export interface GatewayOptions {
  /** What follows `<port>-<sandbox>.` in a host name. */
  readonly domain: string;
  readonly innerPorts: ReadonlyMap<number, InnerPort>;
  readonly log: ErrorLog;
  /** Who asks for a port of a sandbox. Throws when they may not. */
  readonly admit: (request: IncomingMessage, sandbox: SandboxId, kind: Target["kind"]) => Promise<Caller>;
}

/** Disposal ends the connections that are no longer HTTP. */
export function createGateway(
  operations: Pick<Operations, "connectToPort">,
  { domain, innerPorts, log, admit }: GatewayOptions,
): Gateway {
  const findTarget = createTargetFinder(domain);
  const sockets = new Set<Duplex>();

  const open = (request: IncomingMessage, target: Target | undefined, signal: AbortSignal): Promise<Call> =>
    openTunnel(operations, { request, target, admit }, signal);

  return {
    domain,

    claims: (request) => findTarget(request) !== undefined,

    wantsToken: (request) => findTarget(request)?.kind === "header",

    claimsUpgrade(request) {
      const { method, headers } = request;
      const kind = findTarget(request)?.kind;
      const protocol = kind === "tunnel" ? TUNNEL_PROTOCOL : "websocket";
      const hasBody =
        headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
      const isAsked = method === "GET" && headers.upgrade?.toLowerCase() === protocol;
      return kind !== undefined && isAsked && !hasBody;
    },

    async serve(request, response) {
      try {
        const target = findTarget(request);
        if (target?.kind === "tunnel") throw needsUpgrade();
        // They read the URL as it came, so below a path of the API there are none.
        const inner = target?.kind === "path" ? undefined : innerPorts.get(Number(target?.port));
        noteRequest(request, { route: inner && target ? `port ${Number(target.port)}` : "port" });
        if (inner && target) {
          nameRequest(response);
          return await inner.serve(request, response, parseTarget(target, request).id);
        }
        const call = await open(request, target, callerSignal(response));
        if (response.closed) call.tunnel.destroy();
        else proxyRequest(call, response);
      } catch (error) {
        refuse(response, explain(error, request, log));
      }
    },

    async upgrade(request, socket, early, receive) {
      const gone = followSocket(socket, sockets);
      const response = UpgradeResponse.open(request, socket);
      if (response === undefined) return void socket.destroy();
      noteRequest(request, { route: "port" });
      try {
        receive(request, response);
        const call = await open(request, findTarget(request), gone);
        if (socket.destroyed) return void call.tunnel.destroy();
        if (call.target.kind !== "tunnel") return proxyUpgrade(call, response, socket, early);
        response.switchProtocols(["connection", "Upgrade", "upgrade", TUNNEL_PROTOCOL]);
        call.tunnel.write(early);
        join(socket, call.tunnel);
      } catch (error) {
        refuse(response, explain(error, request, log));
      }
    },

    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

interface Opening extends Pick<GatewayOptions, "admit"> {
  readonly request: IncomingMessage;
  readonly target: Target | undefined;
}

async function openTunnel(
  operations: Pick<Operations, "connectToPort">,
  { request, target, admit }: Opening,
  signal: AbortSignal,
): Promise<Call> {
  if (target === undefined) throw new Error("the request is not for a port");
  const { id, port } = parseTarget(target, request);
  const caller = await admit(request, id, target.kind);
  const tunnel = await operations.connectToPort(caller, { id, port }, { signal });
  return { request, target, port, tunnel };
}

/** Throws `invalid_request`. */
function parseTarget(
  { sandbox, port, url }: Target,
  request: IncomingMessage,
): { id: SandboxId; port: number } {
  const refuseFor = (path: string, message: string): ForkdError =>
    new ForkdError("invalid_request", { issues: [{ path, message }] });
  if (!url.startsWith("/")) throw refuseFor("", "its target is no path");
  const { "transfer-encoding": coding = "chunked" } = request.headers;
  if (coding.toLowerCase() !== "chunked") throw refuseFor("", "its body has another coding than chunked");
  const { params } = portRoutes.waitForPort;
  const value = { id: sandbox, port };
  const parsed = params.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ForkdError("invalid_request", { issues: describeIssues(params, value, parsed.error.issues) });
}

function needsUpgrade(): ForkdError {
  const message = `a tunnel is asked for with GET, Connection: Upgrade and Upgrade: ${TUNNEL_PROTOCOL}`;
  return new ForkdError("invalid_request", { issues: [{ path: "", message }] });
}
