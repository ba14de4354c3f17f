import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasErrno, listPointsBelow, readMounts } from "@forkd/posix";
import { runCommand } from "../process/run-command.ts";
import { buildPrefix, isBuildWanted } from "./build-owner.ts";

const ROOT = "root";
/** A large root on a busy disk takes minutes. */
const REMOVE_MS = 900_000;

/** A directory that a build has to itself. Disposal removes it, also what other user ids of a namespace own. */
export interface WorkDirectory extends AsyncDisposable {
  readonly path: string;
  /** Where the root is put together; made by who builds it. */
  readonly root: string;
  /** Runs a command as root of the build: by ourselves for root, else in mmdebstrap's user namespace. */
  asBuildRoot(command: readonly string[]): readonly string[];
}

/**
 * Makes a work directory below `parent`, and removes those of builds whose process is gone. The sub-ids of an
 * ordinary user cannot pass their user's private directories, so such a parent is replaced by `/var/tmp`.
 */
export async function createWorkDirectory(parent: string, mmdebstrap: string): Promise<WorkDirectory> {
  const isRoot = process.getuid?.() === 0;
  const asBuildRoot = (command: readonly string[]) =>
    isRoot ? command : [mmdebstrap, "--unshare-helper", ...command];
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const place = isRoot || (await isOpenToAll(parent)) ? parent : "/var/tmp";
  await removeStale(place, asBuildRoot);
  const path = await mkdtemp(join(place, buildPrefix()));
  if (!isRoot) await chmod(path, 0o1777);
  return {
    path,
    root: join(path, ROOT),
    asBuildRoot,
    [Symbol.asyncDispose]: () => removeTree(path, asBuildRoot),
  };
}

/** Removes a tree, but never what is mounted in it: throws when something is. */
async function removeTree(path: string, asBuildRoot: WorkDirectory["asBuildRoot"]): Promise<void> {
  const mounts = listPointsBelow(path, await readMounts());
  if (mounts.length > 0) throw new Error(`${path} is kept, for ${mounts.join(", ")} is still mounted`);
  // What is ours goes last: a namespace's root can remove what is its own, and we the rest.
  const [file = "", ...args] = asBuildRoot(["find", join(path, ROOT), "-xdev", "-delete"]);
  if (await exists(join(path, ROOT))) {
    const removed = await runCommand(file, args, { signal: AbortSignal.timeout(REMOVE_MS) });
    if (!removed.ok) throw new Error(`${path} could not be emptied: ${removed.tail.join("; ")}`);
  }
  await rm(path, { recursive: true });
}

/** Who renames a stale directory has it: another process that starts a build now finds nothing. */
async function removeStale(place: string, asBuildRoot: WorkDirectory["asBuildRoot"]): Promise<void> {
  for (const name of await readdir(place)) {
    if (isBuildWanted(name) !== false) continue;
    const claimed = join(place, `${buildPrefix()}${crypto.randomUUID()}`);
    try {
      if ((await stat(join(place, name))).uid !== process.getuid?.()) continue;
      await rename(join(place, name), claimed);
    } catch (error) {
      if (hasErrno(error, "ENOENT")) continue;
      throw error;
    }
    await removeTree(claimed, asBuildRoot);
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function isOpenToAll(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
