import { randomBytes } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { ImageId, ImageRecipe } from "@forkd/contract";
import type { ImageBuilder, ProgressOptions } from "@forkd/core";
import { replaceFile } from "@forkd/posix";
import type { DataRoot } from "../data-root.ts";
import { canonicalJson } from "../files/canonical-json.ts";
import { removeTree } from "../files/remove-tree.ts";
import { sealLayers } from "../verify/seal.ts";
import { writeVerified } from "../verify/verified-record.ts";
import { IMAGE_FILES, IMAGE_MANIFEST_LIMIT_BYTES } from "./manifest.ts";
import type { ImageManifest } from "./manifest.ts";

/** A whole image among the drafts, to be moved into place. Disposal removes what is still there. */
export interface ImageDraft extends AsyncDisposable {
  readonly id: ImageId;
  readonly directory: string;
}

export interface ImageBuild {
  readonly root: DataRoot;
  readonly builder: ImageBuilder;
  readonly name: string;
  readonly recipe: ImageRecipe;
}

/** Builds an image, makes it read-only and names it by its digest. Throws what the builder throws. */
export async function buildImageDraft(build: ImageBuild, options: ProgressOptions): Promise<ImageDraft> {
  const work = join(build.root.drafts, `image-${randomBytes(8).toString("hex")}`);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => removeTree(work));
  await mkdir(work, { mode: 0o700 });
  const output = join(work, IMAGE_FILES.root);
  await build.builder.build(build.name, build.recipe, output, options);
  // The builder may leave files of its own beside the image; they must not be published.
  const directory = join(work, "image");
  await mkdir(directory, { mode: 0o700 });
  await rename(output, join(directory, IMAGE_FILES.root));
  const id = await sealImage(directory, build, options);
  const disposal = undo.move();
  return { id, directory, [Symbol.asyncDispose]: () => disposal.disposeAsync() };
}

async function sealImage(
  directory: string,
  { name, recipe }: ImageBuild,
  options: ProgressOptions,
): Promise<ImageId> {
  const makeError = (file: string, why: string): ForkdError =>
    new ForkdError("internal", { reason: `image ${name} cannot be stored: ${file} ${why}` });
  const { layers, digests } = await sealLayers({ directory, makeError }, [IMAGE_FILES.root], options);
  const [root] = layers;
  if (root === undefined) throw makeError(IMAGE_FILES.root, "was not sealed");
  const id = root.sha256 as ImageId;
  const createdAtUnix = Math.floor(Date.now() / 1000);
  const manifest: ImageManifest = { formatVersion: 1, id, createdAtUnix, sizeBytes: root.sizeBytes, recipe };
  await writeVerified(directory, digests);
  await replaceFile(join(directory, IMAGE_FILES.manifest), `${canonicalJson(manifest)}\n`);
  return id;
}

/** Throws `invalid_request` for a recipe that would not fit into a manifest. */
export function requireStorableRecipe(canonicalRecipe: string): void {
  const size = Buffer.byteLength(canonicalRecipe);
  // The rest of a manifest is far below 1 KiB.
  const limit = IMAGE_MANIFEST_LIMIT_BYTES - 1024;
  if (size <= limit) return;
  const message = `has ${size} bytes, more than ${limit}; take large files out of it and fetch them in the script`;
  throw new ForkdError("invalid_request", { issues: [{ path: "recipe", message }] });
}
