import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { usageError } from "../cli-error.ts";

const LIMIT_BYTES = 8 * 1024;

export interface NamedKey {
  readonly name: string;
  readonly pem: string;
}

/** A key in a file of this machine, which need not be the daemon's. */
export async function readKeyFile(path: string): Promise<NamedKey> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const facts = await file.stat();
    if (!facts.isFile()) throw new Error("it is no regular file");
    if (facts.size > LIMIT_BYTES) throw new Error(`it has ${facts.size} bytes, more than ${LIMIT_BYTES}`);
    return { name: path, pem: await file.readFile("utf8") };
  } catch (error) {
    const why = `the key ${path} cannot be read: ${(error as Error).message}`;
    throw usageError(why, "give a file with a key in PEM, on this machine");
  }
}

/** The keys in these files; what was not given stays so. */
export async function readKeyFiles(paths: readonly string[] | undefined): Promise<NamedKey[] | undefined> {
  return paths && (await Promise.all(paths.map(readKeyFile)));
}
