import { once } from "node:events";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { createMcpServer } from "../server.ts";
import type { Session } from "../session.ts";

/** Serves one client over stdin and stdout, until it closes stdin or the signal aborts. */
export async function serveOverStdio(
  session: Session,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const connection = serveStdio(() => createMcpServer(session));
  const ended = Promise.race([once(process.stdin, "end"), once(process.stdin, "close")]);
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  await Promise.race([ended, aborted]);
  await connection.close();
}
