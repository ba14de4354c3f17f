import type { CallOptions, GuestFile } from "@forkd/core";
import { callJson } from "../connection/call.ts";
import type { AgentSession } from "../connection/session.ts";
import { explainFile, requireShortPath, toQuery } from "./file-request.ts";
import { guestFileSchema } from "./found-file.ts";

/** `GET /files/info`: what is at a path; a link itself, or with `follow` what it leads to. */
export async function getFileInfo(
  session: AgentSession,
  { path, follow }: { readonly path: string; readonly follow: boolean },
  timeoutMs: number,
  options: CallOptions,
): Promise<GuestFile> {
  const request = "GET /files/info";
  requireShortPath(path, request);
  return await callJson(session, {
    request,
    method: "GET",
    path: `/files/info?${toQuery({ path, follow })}`,
    schema: guestFileSchema,
    timeoutMs,
    signal: options.signal,
    explain: explainFile("tell of files", path),
  });
}
