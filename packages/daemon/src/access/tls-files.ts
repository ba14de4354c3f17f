import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { ForkdError, reasonOf } from "@forkd/contract";
import type { TlsFiles } from "../http/http-server.ts";

export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
}

/** Reads a certificate and its key. Throws `invalid_configuration` when they cannot be read, or do not fit each other. */
export async function readTlsFiles({ cert, key }: TlsPaths): Promise<TlsFiles> {
  const files = { cert: await read("FORKD_TLS_CERT", cert), key: await read("FORKD_TLS_KEY", key) };
  try {
    createSecureContext(files);
  } catch (error) {
    throw new ForkdError("invalid_configuration", {
      variable: "FORKD_TLS_CERT",
      value: cert,
      why: `makes no server with the key ${key}: ${reasonOf(error)}`,
    });
  }
  return files;
}

async function read(variable: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ForkdError("invalid_configuration", {
      variable,
      value: path,
      why: `cannot be read: ${reasonOf(error)}`,
    });
  }
}
