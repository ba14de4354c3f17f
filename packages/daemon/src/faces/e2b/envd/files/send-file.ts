import { posix } from "node:path";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { constants, createGzip } from "node:zlib";
import type { GuestFileContent, Operations } from "@forkd/core";
import { readRange } from "../../../../http/requests/read-range.ts";
import type { EnvdCall } from "../envd-call.ts";
import { resolvePlace } from "../places/resolve-place.ts";

/** No browser is to make a page of what a guest wrote. */
const FIXED_HEADERS = {
  "content-type": "application/octet-stream",
  "x-content-type-options": "nosniff",
  "accept-ranges": "bytes",
  vary: "accept-encoding",
};

/** Sends a file, or the part of it that is asked for. */
export async function sendFile(
  operations: Pick<Operations, "readFile">,
  { call, path: asked }: { readonly call: EnvdCall; readonly path: string },
  { headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { caller, id, signal } = call;
  const path = await resolvePlace(operations, call, asked);
  const range = readRange(headers);
  const content = await operations.readFile(caller, { id, path, range }, { signal });
  const isZipped = range === undefined && headers["accept-encoding"]?.trim().toLowerCase() === "gzip";
  response.writeHead(range !== undefined && content.span ? 206 : 200, {
    ...FIXED_HEADERS,
    "content-disposition": `attachment; filename*=UTF-8''${encodeName(posix.basename(path))}`,
    ...(isZipped ? { "content-encoding": "gzip" } : describeSpan(content, range !== undefined)),
  });
  const zip = isZipped ? [createGzip({ level: constants.Z_BEST_SPEED })] : [];
  await pipeline([content, ...zip, response]);
}

function describeSpan({ span }: GuestFileContent, isPart: boolean): Record<string, string | number> {
  if (span === undefined) return {};
  const { offset, bytes, sizeBytes } = span;
  if (!isPart) return { "content-length": bytes };
  return { "content-length": bytes, "content-range": `bytes ${offset}-${offset + bytes - 1}/${sizeBytes}` };
}

/** RFC 8187, 3.2.1. */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
