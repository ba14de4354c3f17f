import { createWriteStream } from "node:fs";
import { lstat, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, posix, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Sandbox } from "@forkd/sdk";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { printNote } from "../output/print.ts";
import { disarmTree } from "./disarm-tree.ts";
import { downloadDirectory } from "./download-directory.ts";
import { statInGuest } from "./guest-stat.ts";

/**
 * Copies a file or directory of the guest to the host, whole or not at all; into an existing directory under its own
 * name. It is gathered in a new directory first: what a guest sends cannot write through links that were there.
 */
export async function download(
  sandbox: Sandbox,
  guestPath: string,
  hostPath: string,
  signal: AbortSignal,
): Promise<void> {
  const source = await statInGuest(sandbox, guestPath, signal);
  if (source === undefined) {
    throw new CliError("guest_file_not_found", `there is no ${sandbox.id}:${guestPath}`, {
      hint: `look with: forkd exec ${sandbox.id} -- ls -la ${posix.dirname(guestPath)}`,
      exitCode: EXIT.notFound,
    });
  }
  const target = (await isDirectory(hostPath))
    ? join(hostPath, posix.basename(guestPath))
    : resolve(hostPath);
  if (source.kind === "directory") await refuseExisting(target);
  await using staging = await createStaging(dirname(target));
  const staged = join(staging.path, basename(target));
  if (source.kind === "directory") {
    await downloadDirectory(sandbox, guestPath, staged, signal);
    const removed = await disarmTree(staged);
    if (removed.length > 0) printNote(`left out ${removed.length} devices, pipes or sockets`);
  } else {
    const content = await sandbox.files.stream(guestPath, { signal });
    await pipeline(content, createWriteStream(staged, { mode: source.mode, flags: "wx" }));
  }
  await rename(staged, target);
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function refuseExisting(path: string): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found === undefined) return;
  throw new CliError("exists", `${path} exists already, and directories are not merged`, {
    hint: "remove it, or name another place",
    exitCode: EXIT.conflict,
  });
}

async function createStaging(parent: string): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(parent, ".forkd-cp-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
