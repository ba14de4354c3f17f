import type { CallOptions, GuestFileChange } from "@forkd/core";
import { z } from "zod";
import { Exchange } from "../connection/exchange.ts";
import { throwIfRefused } from "../connection/refusal.ts";
import type { AgentSession } from "../connection/session.ts";
import { explainFile, requireShortPath, toQuery } from "./file-request.ts";
import { pathBelowSchema } from "./found-file.ts";
import { readLines } from "./read-lines.ts";

/** Empty for the watched directory itself. */
const nameSchema = z.union([pathBelowSchema, z.literal("")]);

const changeSchema: z.ZodType<GuestFileChange> = z.discriminatedUnion("type", [
  z.object({ type: z.literal(["opened", "overflow"]) }),
  z.object({ type: z.literal(["create", "write", "remove", "chmod"]), name: nameSchema }),
  z.object({ type: z.literal("rename"), name: pathBelowSchema, to: pathBelowSchema }),
]);

/** `GET /files/watch`: all that is there must be watched in time; what happens then may take as long as it likes. */
export async function* watchGuestFiles(
  session: AgentSession,
  { path, recursive }: { readonly path: string; readonly recursive: boolean },
  timeoutMs: number,
  options: CallOptions,
): AsyncGenerator<GuestFileChange, void, undefined> {
  const request = "GET /files/watch";
  requireShortPath(path, request);
  using exchange = Exchange.open(session, {
    request,
    method: "GET",
    path: `/files/watch?${toQuery({ path, recursive })}`,
    timeoutMs,
    signal: options.signal,
  });
  await throwIfRefused(exchange, await exchange.response(), request, explainFile("watch files", path));
  exchange.limitWait(0);
  yield* readLines(exchange, changeSchema);
}
