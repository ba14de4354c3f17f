import { rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { CallOptions, ProgressOptions } from "@forkd/core";
import { readIfPresent, openRegularFile, replaceFile } from "@forkd/posix";
import { hashFile } from "../../files/hash-file.ts";
import { PackFormatError } from "../format/pack-format-error.ts";
import { UnexpectedStatus, failed, readBody, sendRequest } from "./http.ts";
import { resumeDownload } from "./resume-download.ts";
import type { TransferPlace } from "../../transfers/transfer-place.ts";

const MIB = 1024 * 1024;

export interface PackDownload {
  readonly url: URL;
  /** What the file must have, when it is known. */
  readonly sha256: string | undefined;
  readonly place: TransferPlace;
}

/** The beginning of the file, for as long as somebody reads it; nothing is written. */
export async function* peekPack({ url }: PackDownload, options: CallOptions): AsyncGenerator<Buffer> {
  const response = await get(url, {}, options);
  yield* readBody(response, url, options);
}

export interface DownloadedPack {
  readonly path: string;
  readonly bytesReceived: number;
}

/** Where the file is kept. Whoever calls `downloadPack` has its lock. */
export function pathOfPack({ url, sha256, place }: PackDownload): string {
  return place.pathOf("download", url.href, sha256 ?? "");
}

/**
 * Gets the whole file into the place for transfers; one that broke off before goes on if the server still has the same.
 * Throws `registry_failed`, `cancelled`, `disk_full`; `PackFormatError` when it is larger than `limitBytes` or has
 * another digest than it must, and keeps nothing of it then.
 */
export async function downloadPack(
  download: PackDownload & { readonly limitBytes: number },
  options: ProgressOptions,
): Promise<DownloadedPack> {
  const { url, sha256, limitBytes } = download;
  const path = pathOfPack(download);
  const request = (offset: number, requestOptions: CallOptions): Promise<Response> =>
    getFrom(url, { path, offset }, requestOptions);
  const onBytes = reportMib(options);
  const transfer = { url, path, sizeBytes: undefined, limitBytes, request, onBytes };
  try {
    const bytesReceived = await resumeDownload(transfer, options);
    if (sha256 !== undefined) await requireDigestOf(path, sha256, options);
    return { path, bytesReceived };
  } catch (error) {
    if (error instanceof PackFormatError) await dropPack(path);
    throw error;
  }
}

/** Forgets a download. */
export async function dropPack(path: string): Promise<void> {
  await Promise.all([path, validatorOf(path)].map((file) => rm(file, { force: true })));
}

/** Throws `PackFormatError` unless the file has this digest. */
export async function requireDigest(
  handle: FileHandle,
  sha256: string,
  { signal }: CallOptions,
): Promise<void> {
  const found = await hashFile(handle, {
    signal,
    makeError: (why) => new PackFormatError(`the download ${why}`),
  });
  if (found.sha256 !== sha256)
    throw new PackFormatError(`the file has the digest ${found.sha256} instead of ${sha256}`);
}

async function requireDigestOf(path: string, sha256: string, options: CallOptions): Promise<void> {
  await using handle = await openRegularFile(path, (why) => new PackFormatError(`the download ${why}`));
  await requireDigest(handle, sha256, options);
}

/** The rest of the file if the server says that it is the same file, else all of it. */
async function getFrom(
  url: URL,
  { path, offset }: { path: string; offset: number },
  options: CallOptions,
): Promise<Response> {
  const validator = offset > 0 ? await readIfPresent(validatorOf(path)) : undefined;
  const headers: Record<string, string> =
    validator === undefined ? {} : { range: `bytes=${offset}-`, "if-range": validator };
  const response = await get(url, headers, options);
  if (response.status === 200) await keepValidator(path, response);
  return response;
}

async function get(url: URL, headers: Record<string, string>, options: CallOptions): Promise<Response> {
  const response = await sendRequest({ method: "GET", url, headers }, options);
  if (response.status === 200 || (response.status === 206 && "range" in headers)) return response;
  // What was kept is all that there is: from the beginning once more.
  await response.body?.cancel();
  if (response.status === 416) return get(url, {}, options);
  throw failed(url, `it gave status ${response.status}`, new UnexpectedStatus(response.status));
}

/** Only a strong validator says that the bytes are the same: RFC 9110, 13.1.5. */
async function keepValidator(path: string, { headers }: Response): Promise<void> {
  const tag = headers.get("etag");
  if (tag === null || !/^"[\x21\x23-\x7e]{1,512}"$/.test(tag)) await rm(validatorOf(path), { force: true });
  else await replaceFile(validatorOf(path), tag);
}

function validatorOf(path: string): string {
  return `${path}.etag`;
}

function reportMib({ onProgress }: ProgressOptions): (count: number) => void {
  let done = 0;
  let told = 0;
  return (count) => {
    done += count;
    if (done - told < MIB) return;
    told = done;
    onProgress({ step: "download", message: `downloading: ${Math.floor(done / MIB)} MiB`, done });
  };
}
