import type { IncomingMessage } from "node:http";
import type { FileMetadata } from "@forkd/core";

const PREFIX = "x-metadata-";

/** What an upload notes of its files, by headers: as with E2B, in small letters, and the first of two. Undefined for none. */
export function readMetadata({
  headersDistinct,
}: Pick<IncomingMessage, "headersDistinct">): FileMetadata | undefined {
  const noted = Object.entries(headersDistinct).filter(
    ([name]) => name.startsWith(PREFIX) && name.length > PREFIX.length,
  );
  if (noted.length === 0) return undefined;
  return Object.fromEntries(noted.map(([name, values]) => [name.slice(PREFIX.length), values?.[0] ?? ""]));
}
