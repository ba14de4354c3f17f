import { startOnTcp } from "./tcp-daemon.ts";
import type { TcpDaemon } from "./tcp-daemon.ts";

/** A daemon that E2B's clients are pointed at, by options that each of their calls takes. */
export interface E2bDaemon extends TcpDaemon {
  readonly options: { readonly apiKey: string; readonly apiUrl: string; readonly sandboxUrl: string };
}

/** Starts one, with a key of its own that goes with it. */
export async function startForE2b(
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<E2bDaemon> {
  const started = await startOnTcp(name, env);
  const { baseUrl, token } = started;
  const apiKey = token.replace(/^forkd_/, "e2b_");
  return { ...started, options: { apiKey, apiUrl: baseUrl, sandboxUrl: baseUrl } };
}
