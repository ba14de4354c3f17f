import { posix } from "node:path";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import type { Operations } from "@forkd/core";
import type { EnvdCall } from "../envd-call.ts";
import { resolvePlace } from "../places/resolve-place.ts";
import { GUEST_REFUSALS } from "../../refusals/guest-refusals.ts";
import { refusal } from "../../refusals/refusal.ts";
import { invalid } from "./file-query.ts";
import { readParts } from "./read-parts.ts";
import type { FilePart } from "./read-parts.ts";
import { openUploadBody } from "./upload-body.ts";

const MODE = "0644";
const MULTIPART = /^multipart\/form-data\s*(;|$)/i;
const OCTET_STREAM = /^application\/octet-stream\s*(;|$)/i;
const METADATA_PREFIX = "x-metadata-";

/** What E2B tells of a file that was written. */
export interface WrittenFile {
  readonly name: string;
  readonly type: "file";
  readonly path: string;
}

type FileOperations = Pick<Operations, "readFile" | "writeFile">;

/** Writes what a request brings, each file whole or not at all. Throws `invalid_request`, `guest_refused`. */
export async function receiveFiles(
  operations: FileOperations,
  { call, path: asked }: { readonly call: EnvdCall; readonly path: string | undefined },
  request: IncomingMessage,
): Promise<WrittenFile[]> {
  refuseMetadata(request.headers);
  const type = request.headers["content-type"] ?? "";
  const isForm = MULTIPART.test(type);
  if (!isForm && !OCTET_STREAM.test(type))
    throw invalid("content-type", "is neither multipart/form-data nor application/octet-stream");
  if (!isForm && !asked) throw invalid("path", "is missing");
  const body = openUploadBody(request);
  try {
    const parts = isForm ? readParts(body, type) : [{ filename: undefined, content: body }];
    return await writeParts(operations, call, asked, parts);
  } finally {
    body.destroy();
  }
}

/** A file is where its name says, unless the URL does. */
async function writeParts(
  operations: FileOperations,
  call: EnvdCall,
  asked: string | undefined,
  parts: AsyncIterable<FilePart> | Iterable<FilePart>,
): Promise<WrittenFile[]> {
  const written = new Map<string, WrittenFile>();
  for await (const { filename, content } of parts) {
    const name = asked || filename;
    if (!name) throw invalid("path", "is missing, and a file has no name");
    const path = await resolvePlace(operations, call, name);
    if (written.has(path)) throw invalid("path", `is the same of two files: ${path}`);
    written.set(path, await writeFile(operations, call, path, content));
  }
  if (written.size === 0) throw invalid("", "it has no file");
  return [...written.values()];
}

async function writeFile(
  operations: FileOperations,
  { caller, id, user, signal }: EnvdCall,
  path: string,
  content: Readable,
): Promise<WrittenFile> {
  await operations.writeFile(caller, { id, path, mode: MODE, user, content, append: false }, { signal });
  return { name: posix.basename(path), type: "file", path };
}

function refuseMetadata(headers: IncomingHttpHeaders): void {
  const option = Object.keys(headers).find((name) => name.startsWith(METADATA_PREFIX));
  if (option !== undefined) throw refusal(GUEST_REFUSALS.metadata, option);
}
