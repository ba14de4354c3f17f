import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ForkdError, isForkdError } from "@forkd/contract";
import type { ImageId, ImageRecipe } from "@forkd/contract";
import type { CallOptions, ImageStore, StoredImage } from "@forkd/core";
import { inspectHandle, openRegularFile, replaceFile } from "@forkd/posix";
import { ensureDataRoot, locateDataRoot } from "../data-root.ts";
import type { DataRoot } from "../data-root.ts";
import { discardDirectory } from "../discard.ts";
import { canonicalJson } from "../files/canonical-json.ts";
import { removeTree } from "../files/remove-tree.ts";
import { writeVerified } from "../verify/verified-record.ts";
import { IMAGE_FILES, imageManifestSchema } from "./manifest.ts";
import { publishDirectory } from "../files/publish-directory.ts";

const READ_ONLY = 0o400;

/** An image, and what its manifest says. */
export interface ImageRecord {
  readonly id: ImageId;
  readonly sizeBytes: number;
  readonly createdAtUnix: number;
  readonly recipe: ImageRecipe;
}

/** An image that is being brought in. Until `commit`, disposal removes every trace of it. */
export interface ImageImport extends AsyncDisposable {
  /** The new file to write before `commit`. What is written must have the digest that the image's id is. */
  readonly path: string;
  /** Makes the file durable and publishes it without a name. Throws `image_corrupt` for one of another size. */
  commit(): Promise<void>;
}

/** Takes images out of a store, and brings them into it. */
export interface PortableImages {
  /** An image whose bytes are verified. Throws `image_not_found`, `image_corrupt`. */
  exportImage(id: ImageId, options: CallOptions): Promise<StoredImage & ImageRecord>;
  /** The image when it is in the store and whole, else undefined. */
  findWhole(id: ImageId, options: CallOptions): Promise<StoredImage | undefined>;
  /** In a new directory below `parent`, which must be on the file system of the store. */
  beginImport(record: ImageRecord, parent: string): Promise<ImageImport>;
}

/** `images` must keep its images below `root`. */
export function createPortableImages({ root, images }: { root: string; images: ImageStore }): PortableImages {
  const dataRoot = locateDataRoot(root);
  return {
    async exportImage(id, options) {
      const stored = await images.open(id, options);
      const info = (await images.list()).find((image) => image.id === id);
      if (info === undefined) throw new ForkdError("image_not_found", { image: id, known: [] });
      return { ...stored, createdAtUnix: info.created_at_unix, recipe: info.recipe };
    },
    async findWhole(id, options) {
      try {
        return await images.open(id, options);
      } catch (error) {
        const isAbsent = isForkdError(error) && ["image_not_found", "image_corrupt"].includes(error.code);
        if (isAbsent) return undefined;
        throw error;
      }
    },
    beginImport: (record, parent) => beginImport(dataRoot, record, parent),
  };
}

async function beginImport(root: DataRoot, record: ImageRecord, parent: string): Promise<ImageImport> {
  await ensureDataRoot(root);
  const directory = join(parent, "image");
  await mkdir(directory, { mode: 0o700 });
  return {
    path: join(directory, IMAGE_FILES.root),
    async commit() {
      await seal(directory, record);
      const target = join(root.images, record.id);
      // A damaged image of the same content may be there. Machines that run from it keep their open files.
      await discardDirectory(root, target);
      await using undo = new AsyncDisposableStack();
      await publishDirectory(directory, target, undo);
      undo.move();
    },
    [Symbol.asyncDispose]: () => removeTree(directory),
  };
}

async function seal(directory: string, { id, sizeBytes, createdAtUnix, recipe }: ImageRecord): Promise<void> {
  const makeError = (why: string): ForkdError =>
    new ForkdError("image_corrupt", { image: id, file: IMAGE_FILES.root, why });
  await using file = await openRegularFile(join(directory, IMAGE_FILES.root), makeError);
  await file.chmod(READ_ONLY);
  await file.sync();
  const facts = await inspectHandle(file, makeError);
  if (facts.sizeBytes !== sizeBytes) throw makeError(`has ${facts.sizeBytes} bytes instead of ${sizeBytes}`);
  const manifest = imageManifestSchema.parse({ formatVersion: 1, id, sizeBytes, createdAtUnix, recipe });
  await writeVerified(directory, new Map([[IMAGE_FILES.root, { sha256: id, signature: facts.signature }]]));
  await replaceFile(join(directory, IMAGE_FILES.manifest), `${canonicalJson(manifest)}\n`);
}
