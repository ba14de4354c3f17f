import { join } from "node:path";
import { ForkdError, IMAGE_ID_PATTERN, TAG_PATTERN } from "@forkd/contract";
import type { ImageId, ImageInfo } from "@forkd/contract";
import type { StoredImage } from "@forkd/core";
import { findRegularFile, hasDirectory, listDirectory } from "@forkd/posix";
import { requireName } from "../data-root.ts";
import type { DataRoot } from "../data-root.ts";
import { JsonFileCache } from "../files/json-file-cache.ts";
import type { LayerSet, LayerVerifier } from "../verify/layer-verifier.ts";
import { IMAGE_FILES, IMAGE_MANIFEST_LIMIT_BYTES, imageManifestSchema } from "./manifest.ts";
import type { ImageManifest } from "./manifest.ts";
import { ImagePointers } from "./pointers.ts";

/** An image whose manifest and size are right. */
export interface InspectedImage {
  readonly image: StoredImage;
  readonly layers: LayerSet;
  readonly isVerified: boolean;
}

/** Reads images and their names; changes nothing but the pointers. */
export class ImageCatalogue {
  readonly names: ImagePointers;
  /** From the digest of a recipe to what was built of it. */
  readonly recipes: ImagePointers;
  readonly #root: DataRoot;
  readonly #verifier: LayerVerifier;
  readonly #manifests = new JsonFileCache(imageManifestSchema, IMAGE_MANIFEST_LIMIT_BYTES);

  constructor(root: DataRoot, verifier: LayerVerifier) {
    this.#root = root;
    this.#verifier = verifier;
    this.names = new ImagePointers(root.imageNames, TAG_PATTERN, (name, why) =>
      corrupt(name, "its name", why),
    );
    this.recipes = new ImagePointers(root.imageRecipes, IMAGE_ID_PATTERN, (key, why) =>
      corrupt(key, "the record of its recipe", why),
    );
  }

  async listIds(): Promise<ImageId[]> {
    const names = await listDirectory(this.#root.images);
    return names.filter((name): name is ImageId => IMAGE_ID_PATTERN.test(name));
  }

  /** The id that a name points to; an id stands for itself. Throws `image_not_found`, `image_corrupt`. */
  async resolve(nameOrId: string): Promise<ImageId> {
    if (isImageId(nameOrId)) return nameOrId;
    requireName("name", nameOrId);
    const id = await this.names.read(nameOrId);
    if (id === undefined) throw await this.notFound(nameOrId);
    return id;
  }

  /** Looks at everything but the bytes of the image. Throws `image_not_found`, `image_corrupt`, for this name. */
  async inspect(id: ImageId, name: string = id): Promise<InspectedImage> {
    const { sizeBytes } = await this.#readManifest(id, name);
    const layers: LayerSet = {
      directory: this.directoryOf(id),
      layers: [{ name: IMAGE_FILES.root, sha256: id, sizeBytes }],
      makeError: (file, why) => corrupt(name, file, why),
    };
    const { unverified } = await this.#verifier.inspect(layers);
    return {
      image: { id, path: join(layers.directory, IMAGE_FILES.root), sizeBytes },
      layers,
      isVerified: unverified.length === 0,
    };
  }

  /** The image for the list, also when its bytes are damaged. Throws `image_not_found`, `image_corrupt`. */
  async describe(id: ImageId, options: { cached: boolean }): Promise<ImageInfo> {
    const manifest = await this.#readManifest(id, id);
    const path = join(this.directoryOf(id), IMAGE_FILES.root);
    const facts = await findRegularFile(path, (why) => corrupt(id, IMAGE_FILES.root, why));
    return {
      id,
      names: await this.names.listThoseTo(id),
      recipe: manifest.recipe,
      size_bytes: manifest.sizeBytes,
      physical_bytes: facts?.physicalBytes ?? 0,
      created_at_unix: manifest.createdAtUnix,
      cached: options.cached,
    };
  }

  directoryOf(id: ImageId): string {
    return join(this.#root.images, id);
  }

  async notFound(image: string): Promise<ForkdError> {
    return new ForkdError("image_not_found", { image, known: await this.names.list() });
  }

  /** Drops what is kept in memory of an image that is removed. */
  forget(id: ImageId): void {
    this.#manifests.forget(join(this.directoryOf(id), IMAGE_FILES.manifest));
    this.#verifier.forget(this.directoryOf(id));
  }

  async #readManifest(id: ImageId, name: string): Promise<ImageManifest> {
    const exists = await hasDirectory(this.directoryOf(id), (why) => corrupt(name, "its directory", why));
    if (!exists) throw await this.notFound(name);
    const path = join(this.directoryOf(id), IMAGE_FILES.manifest);
    const file = await this.#manifests.read(path, (why) => corrupt(name, IMAGE_FILES.manifest, why));
    if (file === undefined) throw corrupt(name, IMAGE_FILES.manifest, "is missing");
    if (file.value.id !== id) throw corrupt(name, IMAGE_FILES.manifest, `is that of ${file.value.id}`);
    return file.value;
  }
}

/** Whether this can only be an id. No image may have such a name. */
export function isImageId(nameOrId: string): nameOrId is ImageId {
  return IMAGE_ID_PATTERN.test(nameOrId);
}

function corrupt(image: string, file: string, why: string): ForkdError {
  return new ForkdError("image_corrupt", { image, file, why });
}
