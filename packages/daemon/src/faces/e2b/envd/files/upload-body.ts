import type { IncomingMessage } from "node:http";
import { Readable, pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { reasonOf } from "@forkd/contract";
import { openRequestBody } from "../../../../http/requests/request-body.ts";
import { invalid } from "./file-query.ts";

/**
 * The body of an upload, unzipped where that is said. It may be destroyed half-read. It fails with `invalid_request`, which
 * is also thrown for a coding that is not known.
 */
export function openUploadBody(request: IncomingMessage): Readable {
  const coding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (coding !== "gzip" && coding !== "identity") throw invalid("content-encoding", "is not gzip");
  const sent = openRequestBody(request);
  const source = coding === "identity" ? sent : pipeline(sent, createGunzip(), () => {});
  const body = Readable.from(explainFailure(source), { objectMode: false });
  return body.once("close", () => source.destroy());
}

async function* explainFailure(source: Readable): AsyncGenerator<Buffer> {
  try {
    yield* source as AsyncIterable<Buffer>;
  } catch (error) {
    throw invalid("", `its body cannot be read: ${reasonOf(error)}`);
  }
}
