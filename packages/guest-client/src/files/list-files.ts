import type { CallOptions, GuestFile } from "@forkd/core";
import { Exchange } from "../connection/exchange.ts";
import { throwIfRefused } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { explainFile, requireShortPath, toQuery } from "./file-request.ts";
import { listedFileSchema } from "./found-file.ts";
import { readLines } from "./read-lines.ts";

/** `GET /files/list`: the guest reads on as the iterator is pulled. */
export async function* listGuestFiles(
  session: AgentSession,
  { path, depth }: { readonly path: string; readonly depth: number },
  stallMs: number,
  options: CallOptions,
): AsyncGenerator<GuestFile, void, undefined> {
  const request = "GET /files/list";
  requireShortPath(path, request);
  using exchange = Exchange.open(session, {
    request,
    method: "GET",
    path: `/files/list?${toQuery({ path, depth })}`,
    timeoutMs: stallMs,
    stallMs,
    signal: options.signal,
  });
  await throwIfRefused(exchange, await exchange.response(), request, explainFile("list files", path));
  yield* readLines(exchange, listedFileSchema);
}
