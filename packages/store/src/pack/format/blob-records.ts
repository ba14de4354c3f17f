import { dirname, join } from "node:path";
import { z } from "zod";
import { isDiskFull, sha256Schema } from "@forkd/contract";
import { replaceFile } from "@forkd/posix";
import { canonicalJson } from "../../files/canonical-json.ts";
import { JsonFileCache } from "../../files/json-file-cache.ts";

/** Beside the files of a snapshot or an image. A cache: it may be deleted at any time. */
const FILE = "packed.json";
const LIMIT_BYTES = 256 * 1024;
const FORMAT_VERSION = 1;

const size = z.number().int().nonnegative();

const recordSchema = z.strictObject({
  /** The file, by what is in it. */
  content: sha256Schema,
  /** The image whose pages it was planned without; null for one that stands alone. */
  imageId: sha256Schema.nullable(),
  /** The blob that it becomes. */
  sha256: sha256Schema,
  sizeBytes: size,
  /** The blob compressed, once it was. */
  packed: z.strictObject({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), size }).nullable(),
});

const fileSchema = z.strictObject({
  formatVersion: z.literal(FORMAT_VERSION),
  blobs: z.array(recordSchema).max(256),
});

/** What is known of the blob that a file becomes in a pack, so that nobody has to look at its bytes again. */
export type BlobRecord = z.output<typeof recordSchema>;

/** Which blob: that of this file, on this image. */
export type BlobKey = Pick<BlobRecord, "content" | "imageId">;

class Unusable extends Error {}

/** Keeps records of blobs beside the files that they are of. */
export class BlobRecords {
  readonly #files = new JsonFileCache(fileSchema, LIMIT_BYTES);

  /** What is known, or undefined. `file` is the content's own. */
  async find(file: string, key: BlobKey): Promise<BlobRecord | undefined> {
    return (await this.#read(file)).find((record) => isOf(record, key));
  }

  /** Keeps it, unless the disk is full: it can be had again. */
  async note(file: string, record: BlobRecord): Promise<void> {
    const others = (await this.#read(file)).filter((other) => !isOf(other, record));
    await this.#write(file, [...others, record]);
  }

  async forget(file: string, key: BlobKey): Promise<void> {
    await this.#write(
      file,
      (await this.#read(file)).filter((record) => !isOf(record, key)),
    );
  }

  async #read(file: string): Promise<readonly BlobRecord[]> {
    try {
      const found = await this.#files.read(pathOf(file), (why) => new Unusable(why));
      return found?.value.blobs ?? [];
    } catch (error) {
      if (error instanceof Unusable) return [];
      throw error;
    }
  }

  async #write(file: string, blobs: readonly BlobRecord[]): Promise<void> {
    try {
      await replaceFile(pathOf(file), `${canonicalJson({ formatVersion: FORMAT_VERSION, blobs })}\n`);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
    this.#files.forget(pathOf(file));
  }
}

function pathOf(file: string): string {
  return join(dirname(file), FILE);
}

function isOf(record: BlobRecord, { content, imageId }: BlobKey): boolean {
  return record.content === content && record.imageId === imageId;
}
