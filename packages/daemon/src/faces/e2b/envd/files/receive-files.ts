import { posix } from "node:path";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import type { FileMetadata, Operations } from "@forkd/core";
import type { EnvdCall } from "../envd-call.ts";
import { resolvePlace } from "../places/resolve-place.ts";
import { invalid } from "./file-query.ts";
import { readMetadata } from "./read-metadata.ts";
import { readParts } from "./read-parts.ts";
import type { FilePart } from "./read-parts.ts";
import { openUploadBody } from "./upload-body.ts";

const MODE = "0644";
const MULTIPART = /^multipart\/form-data\s*(;|$)/i;
const OCTET_STREAM = /^application\/octet-stream\s*(;|$)/i;

/** What E2B tells of a file that was written. */
export interface WrittenFile {
  readonly name: string;
  readonly type: "file";
  readonly path: string;
  readonly metadata?: FileMetadata;
}

/** What is written, in the name of whom. */
interface Receipt {
  readonly call: EnvdCall;
  /** Where the URL says. */
  readonly path: string | undefined;
  /** Of each file. */
  readonly metadata: FileMetadata | undefined;
}

type FileOperations = Pick<Operations, "readFile" | "writeFile">;

/** Writes what a request brings, each file whole or not at all. Throws `invalid_request`, `guest_refused`. */
export async function receiveFiles(
  operations: FileOperations,
  { call, path }: Pick<Receipt, "call" | "path">,
  request: IncomingMessage,
): Promise<WrittenFile[]> {
  const type = request.headers["content-type"] ?? "";
  const isForm = MULTIPART.test(type);
  if (!isForm && !OCTET_STREAM.test(type))
    throw invalid("content-type", "is neither multipart/form-data nor application/octet-stream");
  if (!isForm && !path) throw invalid("path", "is missing");
  const body = openUploadBody(request);
  try {
    const parts = isForm ? readParts(body, type) : [{ filename: undefined, content: body }];
    return await writeParts(operations, { call, path, metadata: readMetadata(request) }, parts);
  } finally {
    body.destroy();
  }
}

/** A file is where its name says, unless the URL does. */
async function writeParts(
  operations: FileOperations,
  receipt: Receipt,
  parts: AsyncIterable<FilePart> | Iterable<FilePart>,
): Promise<WrittenFile[]> {
  const written = new Map<string, WrittenFile>();
  for await (const { filename, content } of parts) {
    const name = receipt.path || filename;
    if (!name) throw invalid("path", "is missing, and a file has no name");
    const path = await resolvePlace(operations, receipt.call, name);
    if (written.has(path)) throw invalid("path", `is the same of two files: ${path}`);
    written.set(path, await writeFile(operations, { ...receipt, path }, content));
  }
  if (written.size === 0) throw invalid("", "it has no file");
  return [...written.values()];
}

async function writeFile(
  operations: FileOperations,
  { call: { caller, id, user, signal }, path, metadata }: Receipt & { readonly path: string },
  content: Readable,
): Promise<WrittenFile> {
  const order = { id, path, mode: MODE, user, metadata, content, append: false };
  await operations.writeFile(caller, order, { signal });
  return { name: posix.basename(path), type: "file", path, ...(metadata && { metadata }) };
}
