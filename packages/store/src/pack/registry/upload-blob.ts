import { rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { sleep } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { readIfPresent, replaceFile } from "@forkd/posix";
import { isTransient } from "../download/http.ts";
import type { RegistryClient } from "./registry-client.ts";
import { readPart } from "../pages/file-pages.ts";

/** Held in memory while it is sent. Some registries refuse chunks below 5 MiB. */
const CHUNK_BYTES = 8 * 1024 * 1024;
/** At 256 kbit/s. */
const CHUNK_TIMEOUT_MS = 270_000;
const ATTEMPTS = 4;
const RETRY_MS = 500;

export interface BlobToUpload {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly handle: FileHandle;
  /** The file that keeps where the upload goes on. */
  readonly statePath: string;
  readonly onBytes: (count: number) => void;
}

/** Whether the registry has a blob, of this size where it tells. Throws `registry_failed`. */
export async function hasBlob(
  client: RegistryClient,
  { digest, size }: { readonly digest: string; readonly size: number },
  options: CallOptions,
): Promise<boolean> {
  const url = client.urlOf(`blobs/${digest}`);
  const { status, headers } = await client.call({ method: "HEAD", url }, [200, 404], options);
  return status === 200 && Number(headers.get("content-length") ?? size) === size;
}

/**
 * Sends a blob in chunks. After a failure, of this process too, it goes on behind the last byte that the registry has,
 * or anew when the registry gave the upload up: Docker's does when a chunk broke off in its middle. Gives the number
 * of bytes sent. Throws `registry_failed`, `cancelled`.
 */
export async function uploadBlob(
  client: RegistryClient,
  blob: BlobToUpload,
  options: CallOptions,
): Promise<number> {
  let sent = 0;
  const count = (bytes: number): void => {
    sent += bytes;
    blob.onBytes(bytes);
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const session = (await resumeSession(client, blob, options)) ?? (await beginSession(client, options));
      await sendRest(client, { session, blob, onBytes: count }, options);
      return sent;
    } catch (error) {
      if (!isTransient(error) || attempt === ATTEMPTS) throw error;
      await sleep(RETRY_MS * attempt, "waiting for the registry", options.signal);
    }
  }
}

/** An upload that the registry knows of. */
interface UploadSession {
  readonly location: URL;
  /** How many bytes it has. */
  readonly offset: number;
}

async function beginSession(client: RegistryClient, options: CallOptions): Promise<UploadSession> {
  const url = client.urlOf("blobs/uploads/");
  const response = await client.command({ method: "POST", url }, [202], options);
  return { location: client.locationOf(response, url), offset: 0 };
}

/** The upload that was begun before, if the registry still knows it. */
async function resumeSession(
  client: RegistryClient,
  { statePath, sizeBytes }: BlobToUpload,
  options: CallOptions,
): Promise<UploadSession | undefined> {
  const kept = await readState(statePath);
  if (kept === undefined) return undefined;
  const response = await client.command({ method: "GET", url: kept }, [204, 400, 404], options);
  const offset = offsetOf(response);
  // Behind the end there can be no byte of this blob: it is an upload of something else.
  if (response.status === 204 && offset <= sizeBytes)
    return { location: response.headers.has("location") ? client.locationOf(response, kept) : kept, offset };
  await rm(statePath, { force: true });
  return undefined;
}

async function sendRest(
  client: RegistryClient,
  {
    session,
    blob,
    onBytes,
  }: { session: UploadSession; blob: BlobToUpload; onBytes: (count: number) => void },
  options: CallOptions,
): Promise<void> {
  let { location, offset } = session;
  while (offset < blob.sizeBytes) {
    await replaceFile(blob.statePath, location.href);
    const body = Buffer.alloc(Math.min(CHUNK_BYTES, blob.sizeBytes - offset));
    await readPart(blob.handle, body, offset);
    const headers = {
      "content-type": "application/octet-stream",
      "content-range": `${offset}-${offset + body.length - 1}`,
    };
    const request = { method: "PATCH", url: location, headers, body, timeoutMs: CHUNK_TIMEOUT_MS } as const;
    const response = await client.command(request, [202], options);
    onBytes(body.length);
    location = client.locationOf(response, location);
    offset += body.length;
  }
  await finish(client, { location, blob }, options);
}

async function finish(
  client: RegistryClient,
  { location, blob }: { location: URL; blob: BlobToUpload },
  options: CallOptions,
): Promise<void> {
  const url = new URL(location);
  url.searchParams.set("digest", blob.digest);
  try {
    await client.command({ method: "PUT", url, timeoutMs: CHUNK_TIMEOUT_MS }, [201], options);
  } finally {
    // When the registry does not take it, going on with the same upload cannot help.
    await rm(blob.statePath, { force: true });
  }
}

/** RFC 9110 does not have this `range`: it is `0-<last byte>`, and `0-0` when there is none. */
function offsetOf(response: Response): number {
  const [, last = "0"] = /^(?:bytes=)?0-([0-9]+)$/.exec(response.headers.get("range") ?? "") ?? [];
  return last === "0" ? 0 : Number(last) + 1;
}

async function readState(path: string): Promise<URL | undefined> {
  const text = await readIfPresent(path);
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}
