import type { IncomingMessage } from "node:http";
import { ForkdError } from "@forkd/contract";
import { JsonError, parseJson } from "@forkd/core";
import type { CallOptions } from "@forkd/core";

/** Whoever sends JSON has all of it, so this is long. */
const TIMEOUT_MS = 60_000;

/**
 * The value of a JSON body; undefined for an empty one. Throws `body_too_large`, `request_timeout`, `invalid_request`,
 * `unsupported_media_type`, and `cancelled` when the caller goes away.
 */
export async function readJsonBody(
  request: IncomingMessage,
  limitBytes: number,
  options: CallOptions,
): Promise<unknown> {
  const body = await collect(request, limitBytes);
  if (body.length === 0) return undefined;
  const contentType = request.headers["content-type"] ?? "";
  if (!contentType.startsWith("application/json"))
    throw new ForkdError("unsupported_media_type", { contentType });
  try {
    return await parseJson(body, options);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const issues = [{ path: "", message: `the body ${error.message}` }];
    throw new ForkdError("invalid_request", { issues }, { cause: error });
  }
}

/** A body that is too large is read too, and not kept: a caller who cannot send all of it would not see the answer. */
async function collect(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const tooLarge = new ForkdError("body_too_large", { limitBytes });
  const tooSlow = new ForkdError("request_timeout", { seconds: TIMEOUT_MS / 1000 });
  const chunks: Buffer[] = [];
  let size = Number(request.headers["content-length"] ?? 0) > limitBytes ? Infinity : 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
  });
  request.on("end", () => (size > limitBytes ? reject(tooLarge) : resolve(Buffer.concat(chunks))));
  request.on("error", (cause) =>
    reject(new ForkdError("cancelled", { stage: "reading the body" }, { cause })),
  );
  const timer = setTimeout(() => reject(size > limitBytes ? tooLarge : tooSlow), TIMEOUT_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
