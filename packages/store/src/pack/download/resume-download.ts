import { open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { namingDiskFull } from "@forkd/contract";
import { sleep } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { unlessMissing, writeFully } from "@forkd/posix";
import { requireSpace } from "../../files/require-space.ts";
import { PackFormatError } from "../format/pack-format-error.ts";
import { failed, isTransient, readBody } from "./http.ts";

const ATTEMPTS = 4;
const RETRY_MS = 500;

export interface Download {
  /** For messages. */
  readonly url: URL;
  /** The file that keeps what came so far; it is there afterwards, whole. */
  readonly path: string;
  /** Its exact size, when it is known. */
  readonly sizeBytes: number | undefined;
  /** More than this is refused. */
  readonly limitBytes: number;
  /** Asks for the bytes from `offset` on. The reply has status 206, or 200 with all of them. */
  readonly request: (offset: number, options: CallOptions) => Promise<Response>;
  readonly onBytes: (count: number) => void;
}

/**
 * Gets a file, going on where an attempt before this one stopped. Its bytes are not verified. Gives how many came.
 * Throws `registry_failed`, `cancelled`, `disk_full`, and keeps what came; `PackFormatError` when it is too large, and
 * keeps nothing.
 */
export async function resumeDownload(download: Download, options: CallOptions): Promise<number> {
  await using file = await openKept(download.path);
  let received = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await namingDiskFull(dirname(download.path), nameOf(download), async () => {
        for await (const count of receiveRest(file, download, options)) received += count;
      });
      return received;
    } catch (error) {
      if (error instanceof PackFormatError) await rm(download.path, { force: true });
      if (!isTransient(error) || attempt === ATTEMPTS) throw error;
      await sleep(RETRY_MS * attempt, `waiting for ${download.url.host}`, options.signal);
    }
  }
}

async function* receiveRest(
  file: FileHandle,
  download: Download,
  options: CallOptions,
): AsyncGenerator<number> {
  const { url, sizeBytes, limitBytes, request, onBytes } = download;
  let offset = (await file.stat()).size;
  if (sizeBytes !== undefined && offset > sizeBytes) offset = 0;
  if (offset === sizeBytes) return;
  const response = await request(offset, options);
  await using undo = new AsyncDisposableStack();
  undo.defer(async () => response.body?.cancel());
  if (response.status === 200) offset = 0;
  else requireRange(response, offset, url);
  if ((response.headers.get("content-encoding") ?? "identity") !== "identity")
    throw failed(url, "it compressed what it was asked for as it is");
  await file.truncate(offset);
  await requireSpaceFor(download, response, (sizeBytes ?? limitBytes) - offset);
  // From here on whoever reads ends it.
  undo.move();
  for await (const chunk of readBody(response, url, options)) {
    if (offset + chunk.length > (sizeBytes ?? limitBytes))
      throw new PackFormatError(`more than ${sizeBytes ?? limitBytes} bytes came of it`);
    await writeFully(file, chunk, offset);
    offset += chunk.length;
    onBytes(chunk.length);
    yield chunk.length;
  }
  requireWhole(response, { offset, sizeBytes, url });
}

/** Before the first byte is written. More than its length says cannot come of a reply. */
async function requireSpaceFor(
  download: Download,
  { headers, body }: Response,
  mostBytes: number,
): Promise<void> {
  const neededBytes = Math.min(Number(headers.get("content-length") ?? mostBytes), mostBytes);
  await requireSpace(dirname(download.path), neededBytes, nameOf(download)).catch(async (error: unknown) => {
    await body?.cancel();
    throw error;
  });
}

function nameOf({ url }: Download): string {
  return `a download from ${url.host}`;
}

function requireRange(response: Response, offset: number, url: URL): void {
  const [, from] = /^bytes ([0-9]+)-/.exec(response.headers.get("content-range") ?? "") ?? [];
  if (Number(from) !== offset) throw failed(url, `it sent another part than that from byte ${offset} on`);
}

/** Reading fails by itself when fewer bytes come than `content-length` says. */
function requireWhole(
  { status }: Response,
  { offset, sizeBytes, url }: { offset: number; sizeBytes: number | undefined; url: URL },
): void {
  if (sizeBytes !== undefined && offset < sizeBytes)
    throw failed(url, `${offset} of ${sizeBytes} bytes came, in a reply of status ${status}`);
}

async function openKept(path: string): Promise<FileHandle> {
  return (await unlessMissing(open(path, "r+"))) ?? (await open(path, "wx+", 0o600));
}
