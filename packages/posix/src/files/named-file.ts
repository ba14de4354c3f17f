import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { errnoOf } from "../errno.ts";
import type { MakeError } from "./make-error.ts";
import { inspectHandle } from "./regular-file.ts";
import type { FileFacts } from "./regular-file.ts";
import { readShort } from "./short-file.ts";

/** open(2): a handle that says what a path names and opens nothing. Node has no name for it. */
const O_PATH = 0o10000000;

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "is missing",
  ENOTDIR: "is in something that is no directory",
  EACCES: "may not be read by the daemon",
  EPERM: "may not be read by the daemon",
  ELOOP: "is a link that leads to itself",
  ENAMETOOLONG: "has a name that is too long",
};

/** A file that was opened because somebody named it, and what it was then. */
export interface NamedFile extends AsyncDisposable {
  readonly handle: FileHandle;
  readonly facts: FileFacts;
}

/**
 * Opens a file that a caller names by its path, links followed. A pipe, a device or a directory is refused and never
 * opened: that alone may wait for ever, or set something off. Read no more than the size that it had: files of the
 * kernel have none, and reading some of them waits.
 */
export async function openNamedFile(path: string, makeError: MakeError): Promise<NamedFile> {
  try {
    await using place = await open(path, O_PATH);
    await inspectHandle(place, makeError);
    // By its descriptor, so that it is the same file.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    await using undo = new AsyncDisposableStack();
    const handle = undo.use(await open(`/proc/self/fd/${place.fd}`, flags));
    const facts = await inspectHandle(handle, makeError);
    undo.move();
    return { handle, facts, [Symbol.asyncDispose]: () => handle.close() };
  } catch (error) {
    const why = WHY[errnoOf(error) ?? ""];
    throw why === undefined ? error : Object.assign(makeError(why), { cause: error });
  }
}

/** All of a small file that a caller names. Refuses one that is larger than `limitBytes`. */
export async function readNamedFile(path: string, limitBytes: number, makeError: MakeError): Promise<Buffer> {
  await using file = await openNamedFile(path, makeError);
  return await readShort(file.handle, limitBytes, makeError);
}
