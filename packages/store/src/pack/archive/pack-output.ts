import { access, constants, lstat } from "node:fs/promises";
import { dirname } from "node:path";
import { ForkdError } from "@forkd/contract";
import { errnoOf, unlessMissing } from "@forkd/posix";

/**
 * Says before any work what would keep a pack from being written: `invalid_request` when the file is there and is not
 * to be replaced, is a directory, or its directory cannot be written to.
 */
export async function requireOutput({ path, force }: { path: string; force: boolean }): Promise<void> {
  await refusing(path, async () => {
    // The dot makes it a directory or nothing.
    await access(`${dirname(path)}/.`, constants.W_OK | constants.X_OK);
    // What the name stands for, not where it leads: it is the name that is replaced.
    const found = await unlessMissing(lstat(path));
    if (found?.isDirectory()) throw refusal(path, "EISDIR");
    // A device or a pipe would be gone for whoever else uses it.
    if (found !== undefined && !found.isFile() && !found.isSymbolicLink()) throw refusal(path, "ENXIO");
    if (found !== undefined && !force) throw refusal(path, "EEXIST");
  });
}

const REFUSALS: Readonly<Record<string, string>> = {
  EEXIST: "is there already; choose another name, or replace it with --force (API: force: true)",
  ENOENT: "is in a directory that does not exist",
  ENOTDIR: "is in something that is no directory",
  EISDIR: "is a directory",
  ENXIO: "is a pipe, a socket or a device",
  EACCES: "is where the daemon may not write",
  EPERM: "is where the daemon may not write",
  EROFS: "is on a file system that is read-only",
  ENAMETOOLONG: "has a name that is too long",
};

/** What is wrong with the path is the caller's to mend: throws `invalid_request`. */
export async function refusing<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw refusal(path, errnoOf(error) ?? "", error) ?? error;
  }
}

function refusal(path: string, errno: string, cause?: unknown): ForkdError | undefined {
  const why = REFUSALS[errno];
  if (why === undefined) return undefined;
  const issues = [{ path: "output", message: `${path} ${why}` }];
  return new ForkdError("invalid_request", { issues }, { cause });
}
