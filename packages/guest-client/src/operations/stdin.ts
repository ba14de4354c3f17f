import type { Readable } from "node:stream";
import type { CallOptions } from "@forkd/core";
import { z } from "zod";
import { explainMissingRequest, throwIfRefused } from "../connection/refusal.ts";
import type { Explain } from "../connection/refusal.ts";
import { readJson } from "../connection/reply.ts";
import type { AgentSession } from "../connection/session.ts";
import { openUpload, upload } from "../connection/upload.ts";
import { explainMissingProcess } from "./processes.ts";

const REPLY_LIMIT = { bytes: 65_536, excess: "breach" } as const;
const emptySchema = z.object({});

/**
 * `POST /processes/{pid}/stdin`: feeds a command until the input ends, which closes its standard input unless `more` is
 * to come. It has no deadline: a command may read when it likes. Throws `guest_process_not_found`, `guest_refused`,
 * `agent_outdated`.
 */
export async function writeStdin(
  session: AgentSession,
  { pid, more = false }: { readonly pid: number; readonly more?: boolean },
  input: Readable,
  options: CallOptions,
): Promise<void> {
  const request = "POST /processes/{pid}/stdin";
  using exchange = openUpload(
    session,
    {
      request,
      method: "POST",
      path: `/processes/${pid}/stdin${more ? "/part" : ""}`,
      body: "stream",
      timeoutMs: 0,
      signal: options.signal,
    },
    input,
  );
  await upload(exchange, input, request);
  await throwIfRefused(exchange, await exchange.response(), request, explainRefusal(pid));
  await readJson(exchange, emptySchema, REPLY_LIMIT);
}

function explainRefusal(pid: number): Explain {
  const explainMissing = explainMissingProcess(pid);
  const explainAge = explainMissingRequest("leave a command's standard input open");
  return (refusal) => explainMissing(refusal) ?? explainAge(refusal);
}
