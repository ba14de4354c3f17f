import { readFile, stat } from "node:fs/promises";
import { encodeBase64 } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import type { FileSpec } from "./arguments.ts";

/** The most that one file of a recipe may hold; larger ones belong into a package or a script. */
const MAX_FILE_BYTES = 6 * 1024 * 1024;

/** Reads a file of the host for a recipe. */
export async function readInlineFile({ hostPath, guestPath, mode }: FileSpec) {
  const found = await stat(hostPath).catch((error: Error) => {
    throw usageError(
      `${hostPath} cannot be read: ${error.message}`,
      "give HOST:GUEST with a file that is there",
    );
  });
  if (!found.isFile())
    throw usageError(`${hostPath} is no file`, "name files; a directory needs one --file each");
  if (found.size > MAX_FILE_BYTES) {
    throw usageError(
      `${hostPath} has ${found.size} bytes, more than ${MAX_FILE_BYTES}`,
      "fetch it in the recipe's script, or copy it into a running sandbox with forkd cp",
    );
  }
  return {
    path: guestPath,
    contentBase64: encodeBase64(await readFile(hostPath)),
    mode: mode ?? formatMode(found.mode),
  };
}

/** The permission bits of a `stat` mode, without setuid and its kind, as `0755`. */
export function formatMode(mode: number): string {
  return `0${(mode & 0o777).toString(8).padStart(3, "0")}`;
}
