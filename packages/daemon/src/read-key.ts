import { ForkdError } from "@forkd/contract";
import type { NamedKey } from "@forkd/core";
import { readNamedFile } from "@forkd/posix";

const KEY_LIMIT_BYTES = 64 * 1024;

/** A key, or one in a file of this host. Throws `invalid_request` when that cannot be read. */
export async function readKey(key: string | NamedKey): Promise<NamedKey> {
  if (typeof key !== "string") return key;
  const path = key;
  const makeError = (why: string): ForkdError =>
    new ForkdError("invalid_request", { issues: [{ path: "", message: `the key ${path} ${why}` }] });
  return { name: path, pem: (await readNamedFile(path, KEY_LIMIT_BYTES, makeError)).toString() };
}
