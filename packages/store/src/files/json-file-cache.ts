import type { FileHandle } from "node:fs/promises";
import type { z } from "zod";
import { JsonError, parseJsonNow } from "@forkd/core";
import { findRegularFile, inspectHandle, openRegularFile } from "./regular-file.ts";
import type { Blame } from "./regular-file.ts";
import { sha256Of } from "./sha256.ts";

/** A JSON file that fits its schema. The value is shared by all who read it: never change it. */
export interface JsonFile<Value> {
  readonly value: Value;
  /** The digest of the file's bytes. */
  readonly sha256: string;
}

interface Entry<Value> extends JsonFile<Value> {
  readonly signature: string;
}

/** Reads JSON files of one schema, and parses each again only when its file changed. */
export class JsonFileCache<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #schema: z.ZodType<Value>;
  readonly #limitBytes: number;

  constructor(schema: z.ZodType<Value>, limitBytes: number) {
    this.#schema = schema;
    this.#limitBytes = limitBytes;
  }

  /** The file, or undefined when there is none. Blames one that is too large, not JSON, or not of the schema. */
  async read(path: string, blame: Blame): Promise<JsonFile<Value> | undefined> {
    const facts = await findRegularFile(path, blame);
    if (facts === undefined) {
      this.forget(path);
      return undefined;
    }
    const known = this.#entries.get(path);
    if (known?.signature === facts.signature) return known;
    const entry = await this.#load(path, blame);
    this.#entries.set(path, entry);
    return entry;
  }

  forget(path: string): void {
    this.#entries.delete(path);
  }

  async #load(path: string, blame: Blame): Promise<Entry<Value>> {
    await using handle = await openRegularFile(path, blame);
    const { signature, sizeBytes } = await inspectHandle(handle, blame);
    if (sizeBytes > this.#limitBytes) throw blame(`has ${sizeBytes} bytes, more than ${this.#limitBytes}`);
    const bytes = await readUpTo(handle, sizeBytes);
    const sha256 = sha256Of(bytes);
    return { signature, sha256, value: this.#parse(bytes, blame) };
  }

  #parse(bytes: Buffer, blame: Blame): Value {
    const result = this.#schema.safeParse(parseJson(bytes, blame));
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw blame(`is not valid: ${issue?.path.join(".") || "the document"}: ${issue?.message}`);
  }
}

async function readUpTo(handle: FileHandle, sizeBytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(sizeBytes), 0, sizeBytes, 0);
  return buffer.subarray(0, bytesRead);
}

function parseJson(bytes: Buffer, blame: Blame): unknown {
  try {
    return parseJsonNow(bytes);
  } catch (error) {
    if (error instanceof JsonError) throw blame(error.message);
    throw error;
  }
}
