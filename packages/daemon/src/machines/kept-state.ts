import { mkdir, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { ForkdError, namingDiskFull } from "@forkd/contract";
import { throwIfAborted } from "@forkd/core";
import type { CallOptions, KeptFile, KeptState } from "@forkd/core";
import {
  hasDirectory,
  hasErrno,
  hashFile,
  inspectRegularFile,
  openRegularFile,
  syncDirectory,
} from "@forkd/posix";
import type { HashedFile } from "@forkd/posix";
import { copyToNew } from "./copy-file.ts";

/** In a machine's directory. */
const STATE_DIRECTORY = "suspended";
/** What it is called while it is removed. */
const GONE_DIRECTORY = "suspended.gone";
const RECORD_FILE = "record.json";

/** What a suspended machine is resumed of, beside its disk in its directory. */
export function openKeptState(directory: string): KeptState {
  const id = basename(directory);
  const root = join(directory, STATE_DIRECTORY);
  const memoryPath = join(root, "memory");
  const deviceStatePath = join(root, "device-state");
  const damaged =
    (file: string) =>
    (why: string): ForkdError =>
      new ForkdError("suspended_state_damaged", { id, file, why });
  const seal = async (path: string, { signal }: CallOptions): Promise<KeptFile> => {
    const name = relative(directory, path);
    await using handle = await openRegularFile(path, damaged(name));
    await handle.sync();
    const { sha256, facts } = await hashUntil(signal, handle, damaged(name));
    return { name, sha256, sizeBytes: facts.sizeBytes, signature: facts.signature };
  };
  const verify = async ({ name, sha256, signature }: KeptFile, { signal }: CallOptions): Promise<void> => {
    const makeError = damaged(name);
    const path = join(directory, name);
    if ((await inspectRegularFile(path, makeError)).signature === signature) return;
    await using handle = await openRegularFile(path, makeError);
    if ((await hashUntil(signal, handle, makeError)).sha256 !== sha256) throw makeError("is not what it was");
  };
  const verifyAll: KeptState["verify"] = async ({ memory, deviceState, disk }, options) => {
    await Promise.all([memory, deviceState, disk].map((file) => verify(file, options)));
  };
  const remove = (): Promise<void> => removeAtOnce(directory);
  return {
    memoryPath,
    deviceStatePath,
    remove,
    prepare: () =>
      namingDiskFull(directory, `suspending ${id}`, async () => {
        await remove();
        await mkdir(root, { mode: 0o700 });
      }),
    seal: (diskPath, options) =>
      namingDiskFull(directory, `suspending ${id}`, async () => {
        const [memory, deviceState, disk] = await Promise.all(
          [memoryPath, deviceStatePath, diskPath].map((path) => seal(path, options)),
        );
        if (!memory || !deviceState || !disk) throw new RangeError("there are three files");
        for (const path of [root, directory, dirname(directory)]) await syncDirectory(path);
        return { atUnix: Math.floor(Date.now() / 1000), memory, deviceState, disk };
      }),
    verify: verifyAll,
    copyTo: (state, target, options) =>
      namingDiskFull(directory, `a branch of ${id}`, async () => {
        await verifyAll(state, options);
        await copyToNew(memoryPath, target.memoryPath, options);
        await copyToNew(deviceStatePath, target.deviceStatePath, options);
        await copyToNew(join(directory, state.disk.name), target.diskPath, options);
      }),
  };
}

/** Where the record of a suspended machine is kept once more, with what it is resumed of. */
export function keptRecordPath(directory: string): string {
  return join(directory, STATE_DIRECTORY, RECORD_FILE);
}

/** Whether a machine's directory has something of one that was suspended. Whatever is in its place counts. */
export async function hasKeptState(directory: string): Promise<boolean> {
  return hasDirectory(join(directory, STATE_DIRECTORY), (why) => new Error(why)).catch(() => true);
}

/** Half of it would look like a state, also behind a power failure. */
async function removeAtOnce(directory: string): Promise<void> {
  const gone = join(directory, GONE_DIRECTORY);
  await rm(gone, { recursive: true, force: true });
  try {
    await rename(join(directory, STATE_DIRECTORY), gone);
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return;
    throw error;
  }
  await syncDirectory(directory);
  await rm(gone, { recursive: true, force: true });
}

/** Disks are large, and whoever waits for one may go. */
function hashUntil(
  signal: AbortSignal,
  handle: FileHandle,
  makeError: (why: string) => Error,
): Promise<HashedFile> {
  return hashFile(handle, makeError, () => throwIfAborted(signal, "reading what a machine is resumed of"));
}
