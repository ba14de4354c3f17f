import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ImageId } from "@forkd/contract";
import { isForkdError } from "@forkd/contract";
import type { ForkdError } from "@forkd/contract";
import { listDirectory, replaceFile, syncDirectory } from "@forkd/posix";
import { canonicalJson } from "../files/canonical-json.ts";
import { JsonFileCache } from "../files/json-file-cache.ts";
import { imagePointerSchema } from "./manifest.ts";

const LIMIT_BYTES = 4096;

/** A directory of small files that each point to one image. */
export class ImagePointers {
  readonly #files = new JsonFileCache(imagePointerSchema, LIMIT_BYTES);
  readonly #directory: string;
  readonly #pattern: RegExp;
  readonly #makeError: (name: string, why: string) => ForkdError;

  /** `pattern` is what the names of pointers look like; other files are let alone. */
  constructor(directory: string, pattern: RegExp, makeError: (name: string, why: string) => ForkdError) {
    this.#directory = directory;
    this.#pattern = pattern;
    this.#makeError = makeError;
  }

  async list(): Promise<string[]> {
    return (await listDirectory(this.#directory)).filter((name) => this.#pattern.test(name));
  }

  /** Where it points, or undefined when there is none. Throws what `makeError` makes of a damaged one. */
  async read(name: string): Promise<ImageId | undefined> {
    const file = await this.#files.read(this.#pathOf(name), (why) => this.#makeError(name, why));
    return file?.value.id;
  }

  /** As {@link read}, for those who go on when it is damaged. */
  async peek(name: string): Promise<ImageId | "damaged" | undefined> {
    try {
      return await this.read(name);
    } catch (error) {
      if (isForkdError(error)) return "damaged";
      throw error;
    }
  }

  /** The names that point to this image. */
  async listThoseTo(id: ImageId): Promise<string[]> {
    const names = await this.list();
    const targets = await Promise.all(names.map((name) => this.peek(name)));
    return names.filter((_, index) => targets[index] === id);
  }

  async write(name: string, id: ImageId): Promise<void> {
    await replaceFile(this.#pathOf(name), `${canonicalJson({ id })}\n`);
    this.#files.forget(this.#pathOf(name));
  }

  async remove(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => rm(this.#pathOf(name), { force: true })));
    for (const name of names) this.#files.forget(this.#pathOf(name));
    if (names.length > 0) await syncDirectory(this.#directory);
  }

  #pathOf(name: string): string {
    return join(this.#directory, name);
  }
}
