import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, posix, resolve } from "node:path";
import type { Sandbox } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { formatMode } from "../parse/inline-file.ts";
import { statInGuest } from "./guest-stat.ts";
import { uploadDirectory } from "./upload-directory.ts";

/** Copies a file or directory of the host into the guest; into an existing directory under its own name. */
export async function upload(
  sandbox: Sandbox,
  hostPath: string,
  guestPath: string,
  signal: AbortSignal,
): Promise<void> {
  const source = await stat(hostPath).catch((error: Error) => {
    throw usageError(
      `${hostPath} cannot be read: ${error.message}`,
      "name a file or directory that is there",
    );
  });
  const target = await resolveTarget(sandbox, hostPath, guestPath, signal);
  if (source.isDirectory()) return await uploadDirectory(sandbox, hostPath, target, signal);
  if (!source.isFile())
    throw usageError(`${hostPath} is neither a file nor a directory`, "copy one of these");
  await sandbox.files.write(target, createReadStream(hostPath), { mode: formatMode(source.mode), signal });
}

async function resolveTarget(
  sandbox: Sandbox,
  hostPath: string,
  guestPath: string,
  signal: AbortSignal,
): Promise<string> {
  const isDirectory =
    guestPath.endsWith("/") || (await statInGuest(sandbox, guestPath, signal))?.kind === "directory";
  return isDirectory ? posix.join(guestPath, basename(resolve(hostPath))) : guestPath;
}
