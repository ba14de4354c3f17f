import { posix } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { GuestFile, Operations } from "@forkd/core";
import type { EnvdCall } from "../envd-call.ts";
import { charsOf, describeEntry } from "./entry-info.ts";
import type { Entry } from "./entry-info.ts";

/** The listing is one message, which is held whole. */
const MAX_LISTING_CHARS = 32 * 1024 * 1024;
/** Beside path and target. */
const ENTRY_CHARS = 256;
/** Links that are followed at the same time. */
const AT_ONCE = 16;

/** What is in a directory and, down to a depth, below it. Throws `invalid_request` for more than is told at once. */
export async function listDirectory(
  operations: Pick<Operations, "listFiles" | "getFileInfo">,
  call: EnvdCall,
  order: { readonly path: string; readonly depth: number },
): Promise<Entry[]> {
  const { caller, id, signal } = call;
  const found = await collect(await operations.listFiles(caller, { id, order }, { signal }), order.path);
  const sorted = found.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const entries: Entry[] = [];
  for (let i = 0; i < sorted.length; i += AT_ONCE) {
    const some = sorted.slice(i, i + AT_ONCE).map((file) => describeEntry(operations, call, file));
    entries.push(...(await Promise.all(some)));
  }
  return entries;
}

async function collect(listing: AsyncIterable<GuestFile>, directory: string): Promise<GuestFile[]> {
  const files: GuestFile[] = [];
  let left = MAX_LISTING_CHARS;
  for await (const file of listing) {
    left -= ENTRY_CHARS + file.path.length + (file.target?.length ?? 0) + charsOf(file.metadata);
    if (left < 0) throw tooMuch(directory, files.length);
    files.push({ ...file, path: posix.join(directory, file.path) });
  }
  return files;
}

/** What is in a directory comes right behind it. */
function orderOf({ path }: GuestFile): string {
  return path.replaceAll("/", "\0");
}

function tooMuch(directory: string, files: number): ForkdError {
  const message = `${directory} has more than the ${files} files that are told at once: list it with less depth`;
  return new ForkdError("invalid_request", { issues: [{ path: "", message }] });
}
