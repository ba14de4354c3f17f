import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { replaceFile } from "@forkd/posix";

const KEY_BYTES = 32;
const KEY_PATTERN = /^[0-9a-f]{64}$/;

/** The key that URLs are signed with, in a file of its own that nobody else can read. It is made at its first use. */
export function createUrlKey(path: string): () => Promise<Uint8Array> {
  let key: Promise<Uint8Array> | undefined;
  return () => {
    key ??= readOrMake(path).catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return key;
  };
}

async function readOrMake(path: string): Promise<Uint8Array> {
  const text = (await readText(path)) ?? (await make(path));
  if (!KEY_PATTERN.test(text)) throw new Error(`${path} is no key: remove it, and another one is made`);
  return Buffer.from(text, "hex");
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function make(path: string): Promise<string> {
  const text = randomBytes(KEY_BYTES).toString("hex");
  await replaceFile(path, text);
  return text;
}
