import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { readFreeBytes, SOCKET_PATH_LIMIT_BYTES } from "@forkd/posix";
import type { Check, Finding } from "./check.ts";
import { fail, pass, warn } from "./check.ts";

const GIB = 1024 ** 3;
const ENOUGH_GIB = 5;
const LEAST_GIB = 1;

/** Where forkd keeps its files. */
export const DIRECTORY_CHECKS: readonly Check[] = [
  { name: "data directory", look: ({ dataDir }) => checkSpace(dataDir, "FORKD_DATA_DIR") },
  { name: "cache directory", look: ({ cacheDir }) => checkSpace(cacheDir, "FORKD_CACHE_DIR") },
  {
    name: "runtime directory",
    look: async ({ socketPath }) => {
      const bytes = Buffer.byteLength(socketPath);
      if (bytes > SOCKET_PATH_LIMIT_BYTES) {
        const detail = `${socketPath} is ${bytes} bytes, and a socket's path has at most ${SOCKET_PATH_LIMIT_BYTES}`;
        return fail(detail, "set FORKD_SOCKET to a shorter path");
      }
      return (await explainUnwritable(dirname(socketPath), "FORKD_SOCKET")) ?? pass(socketPath);
    },
  },
];

async function checkSpace(path: string, variable: string): Promise<Finding> {
  const unwritable = await explainUnwritable(path, variable);
  if (unwritable !== undefined) return unwritable;
  return judgeSpace(path, await readFreeBytes(await findExisting(path)), variable);
}

/** Below 1 GiB nothing can be built; an image and a snapshot take about 1 GiB together. */
export function judgeSpace(path: string, freeBytes: number, variable: string): Finding {
  const detail = `${path} has ${(freeBytes / GIB).toFixed(1)} GiB free`;
  const hint = `free some space, or set ${variable} to a larger disk`;
  if (freeBytes < LEAST_GIB * GIB) return fail(`${detail}, less than ${LEAST_GIB}`, hint);
  return freeBytes < ENOUGH_GIB * GIB ? warn(`${detail}, less than ${ENOUGH_GIB}`, hint) : pass(detail);
}

async function explainUnwritable(path: string, variable: string): Promise<Finding | undefined> {
  const existing = await findExisting(path);
  const writable = await access(existing, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  return writable
    ? undefined
    : fail(`${existing} is not writable`, `set ${variable} to a directory of yours`);
}

/** The path, or its nearest ancestor that is there: the rest is made when it is needed. */
async function findExisting(path: string): Promise<string> {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    const present = await access(at).then(
      () => true,
      () => false,
    );
    if (present) return at;
  }
  return "/";
}
