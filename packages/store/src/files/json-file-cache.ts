import type { z } from "zod";
import { JsonError, parseJsonNow } from "@forkd/core";
import { findRegularFile, inspectHandle, openRegularFile, readShort, sha256Of } from "@forkd/posix";
import type { MakeError } from "@forkd/posix";

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

  /** The file, or undefined when there is none. Refuses one that is too large, not JSON, or not of the schema. */
  async read(path: string, makeError: MakeError): Promise<JsonFile<Value> | undefined> {
    const facts = await findRegularFile(path, makeError);
    if (facts === undefined) {
      this.forget(path);
      return undefined;
    }
    const known = this.#entries.get(path);
    if (known?.signature === facts.signature) return known;
    const entry = await this.#load(path, makeError);
    this.#entries.set(path, entry);
    return entry;
  }

  forget(path: string): void {
    this.#entries.delete(path);
  }

  async #load(path: string, makeError: MakeError): Promise<Entry<Value>> {
    await using handle = await openRegularFile(path, makeError);
    const { signature } = await inspectHandle(handle, makeError);
    const bytes = await readShort(handle, this.#limitBytes, makeError);
    return { signature, sha256: sha256Of(bytes), value: this.#parse(bytes, makeError) };
  }

  #parse(bytes: Buffer, makeError: MakeError): Value {
    const result = this.#schema.safeParse(parseJson(bytes, makeError));
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw makeError(`is not valid: ${issue?.path.join(".") || "the document"}: ${issue?.message}`);
  }
}

function parseJson(bytes: Buffer, makeError: MakeError): unknown {
  try {
    return parseJsonNow(bytes);
  } catch (error) {
    if (error instanceof JsonError) throw makeError(error.message);
    throw error;
  }
}
