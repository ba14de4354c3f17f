import type { Readable } from "node:stream";
import type { CallOptions, FileMetadata, GuestFileWrite } from "@forkd/core";
import { z } from "zod";
import { throwIfRefused } from "../connection/refusal.ts";
import type { Explain } from "../connection/refusal.ts";
import { readJson } from "../connection/reply.ts";
import type { AgentSession } from "../connection/session.ts";
import { openUpload, upload } from "../connection/upload.ts";
import { explainFile, requireShortPath, toQuery } from "./file-request.ts";

const REPLY_LIMIT = { bytes: 65_536, excess: "breach" } as const;
const writtenSchema = z.object({ bytes: z.number().int().nonnegative() });

/** Where content goes, and what it is. */
type Write = GuestFileWrite & { readonly content: Readable };

/**
 * `PUT /files`: writes a file whole or not at all, and tells its bytes. Throws `guest_refused`. With metadata it is
 * `PUT /files/with-metadata`, which also throws `agent_outdated`: an older agent would leave a parameter away.
 */
export function writeGuestFile(
  session: AgentSession,
  { metadata = {}, ...write }: Write & { readonly metadata?: FileMetadata | undefined },
  stallMs: number,
  options: CallOptions,
): Promise<number> {
  const pairs = Object.entries(metadata).map(([key, value]) => `${key}=${value}`);
  if (pairs.length === 0) return send(session, { ...write, request: "PUT /files" }, stallMs, options);
  const request = "PUT /files/with-metadata";
  const explain = explainFile("keep metadata of files", write.path);
  return send(session, { ...write, metadata: pairs, request, explain }, stallMs, options);
}

/** `PUT /files/part`: writes at an offset, or at the end. Throws `guest_refused`, `agent_outdated`. */
export function writePartOfGuestFile(
  session: AgentSession,
  write: Write & { readonly offset?: number | undefined },
  stallMs: number,
  options: CallOptions,
): Promise<number> {
  const request = "PUT /files/part";
  const explain = explainFile("write a part of a file", write.path);
  return send(session, { ...write, request, explain }, stallMs, options);
}

interface Upload extends Write {
  readonly request: "PUT /files" | "PUT /files/part" | "PUT /files/with-metadata";
  readonly offset?: number | undefined;
  /** `KEY=VALUE` */
  readonly metadata?: readonly string[];
  readonly explain?: Explain;
}

async function send(
  session: AgentSession,
  { request, content, explain, path, mode, user, offset, metadata }: Upload,
  stallMs: number,
  options: CallOptions,
): Promise<number> {
  try {
    requireShortPath(path, request);
  } catch (error) {
    content.destroy();
    throw error;
  }
  using exchange = openUpload(
    session,
    {
      request,
      method: "PUT",
      path: `${request.slice("PUT ".length)}?${toQuery({ path, mode, user, offset, metadata })}`,
      body: "stream",
      timeoutMs: stallMs,
      stallMs,
      signal: options.signal,
    },
    content,
  );
  const sent = await upload(exchange, content, request);
  await throwIfRefused(exchange, await exchange.response(), request, explain);
  const { bytes } = await readJson(exchange, writtenSchema, REPLY_LIMIT);
  if (bytes !== sent) throw exchange.breach(`says it wrote ${bytes} bytes of ${sent}`);
  return bytes;
}
