import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
} from "@modelcontextprotocol/server";
import { createMcpServer } from "../server.ts";
import type { Session } from "../session.ts";
import { isAllowed } from "./bearer-token.ts";
import { answer, toRequest } from "./node-messages.ts";

/** An import would load Node's `fetch` too, also for those who speak over stdio. */
const { createServer } = process.getBuiltinModule("node:http");

/** Where clients find it. */
export const HTTP_PATH = "/mcp";

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** What every request must bring. */
  readonly token: string;
  readonly signal: AbortSignal;
  /** Told of its address, once it listens. */
  readonly onListening: (url: string) => void;
}

/** Serves clients over streamable HTTP until the signal aborts. Requests without the token are refused. */
export async function serveOverHttp(
  session: Session,
  { host, port, token, signal, onListening }: HttpOptions,
): Promise<void> {
  const handler = createMcpHandler(() => createMcpServer(session));
  const server = createServer((message, response) => {
    if (message.url?.split("?")[0] !== HTTP_PATH) return void response.writeHead(404).end();
    if (!isAllowed(message.headers, token))
      return void response.writeHead(401, { "www-authenticate": "Bearer" }).end();
    const request = toRequest(message, response);
    if (request === undefined) return void response.writeHead(400).end();
    const respond = async (): Promise<void> => {
      const refusal = isLoopback(host) ? refuseForeign(request) : undefined;
      await answer(response, refusal ?? (await handler.fetch(request)));
    };
    void respond().catch(() => response.destroy());
  });
  server.listen({ host, port });
  await once(server, "listening", { signal });
  const { port: chosen } = server.address() as AddressInfo;
  onListening(`http://${host.includes(":") ? `[${host}]` : host}:${chosen}${HTTP_PATH}`);
  const aborted = once(signal, "abort");
  if (!signal.aborted) await aborted;
  await handler.close();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}

const isLoopback = (host: string): boolean => localhostAllowedHostnames().includes(host) || host === "::1";

/** A page of the web that names this machine as its own is refused, whatever it brings (DNS rebinding). */
function refuseForeign(request: Request): Response | undefined {
  return (
    hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
    originValidationResponse(request, localhostAllowedOrigins())
  );
}
