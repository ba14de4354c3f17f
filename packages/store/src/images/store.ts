import { ForkdError, isForkdError, namingDiskFull } from "@forkd/contract";
import type { ImageId, ImageInfo, ImageRecipe } from "@forkd/contract";
import { Claims, SingleFlight, throwIfAborted } from "@forkd/core";
import type {
  CallOptions,
  HeldImage,
  ImageBuilder,
  ImageStore,
  ProgressOptions,
  StoredImage,
} from "@forkd/core";
import { sha256Of } from "@forkd/posix";
import { ensureDataRoot, locateDataRoot, requireName } from "../data-root.ts";
import type { DataRoot } from "../data-root.ts";
import { discardDirectory } from "../discard.ts";
import { canonicalJson } from "../files/canonical-json.ts";
import { LayerVerifier } from "../verify/layer-verifier.ts";
import { buildImageDraft, requireStorableRecipe } from "./build.ts";
import { ImageCatalogue, isImageId } from "./catalogue.ts";
import type { InspectedImage } from "./catalogue.ts";
import { holdImage } from "./hold.ts";
import type { ImageHolder } from "./hold.ts";
import { removeImage } from "./removal.ts";
import { publishDirectory } from "../files/publish-directory.ts";

/**
 * Keeps images below `root`: `images/<sha256>/`, `image-names/<name>`, and `image-recipes/<sha256 of the recipe>`,
 * so that a recipe is not built twice. Only one process may use a root at a time.
 */
export function createImageStore({ root, builder, claims = new Claims() }: ImageStoreOptions): ImageStore {
  return new FileImageStore({ root: locateDataRoot(root), builder, claims });
}

export interface ImageStoreOptions {
  readonly root: string;
  readonly builder: ImageBuilder;
  /** Who needs what is here; that of the snapshot store too. Default: one where nobody does. */
  readonly claims?: Claims;
}

interface Parts {
  readonly root: DataRoot;
  readonly builder: ImageBuilder;
  readonly claims: Claims;
}

interface BuiltImage {
  readonly id: ImageId;
  readonly cached: boolean;
}

/** An image to build; `key` is the digest of its recipe. */
interface Order {
  readonly name: string;
  readonly key: string;
  readonly recipe: ImageRecipe;
}

class FileImageStore implements ImageStore {
  readonly #root: DataRoot;
  readonly #builder: ImageBuilder;
  readonly #claims: Claims;
  readonly #verifier = new LayerVerifier();
  readonly #catalogue: ImageCatalogue;
  readonly #builds = new SingleFlight<BuiltImage>();
  readonly #verifications = new SingleFlight<void>();

  constructor({ root, builder, claims }: Parts) {
    this.#root = root;
    this.#builder = builder;
    this.#claims = claims;
    this.#catalogue = new ImageCatalogue(root, this.#verifier);
  }

  async build(name: string, recipe: ImageRecipe, options: ProgressOptions): Promise<ImageInfo> {
    requireImageName(name);
    const canonicalRecipe = canonicalJson(recipe);
    requireStorableRecipe(canonicalRecipe);
    const key = sha256Of(canonicalRecipe);
    return namingDiskFull(this.#root.path, `image ${name}`, async () => {
      await ensureDataRoot(this.#root);
      for (;;) {
        const { id, cached } = await this.#buildOnce({ name, key, recipe }, options);
        using _hold = await this.#claims.holds.take(id, `building image ${name}`, options);
        // Until it was held, it could be removed.
        if (!(await this.#catalogue.listIds()).includes(id)) continue;
        await this.#catalogue.names.write(name, id);
        return await this.#catalogue.describe(id, { cached });
      }
    });
  }

  #buildOnce({ name, key, recipe }: Order, options: ProgressOptions): Promise<BuiltImage> {
    const stage = `building image ${name}`;
    return this.#builds.run(key, { ...options, stage }, async (shared) => {
      const known = await this.#findBuilt(key, shared);
      return known === undefined
        ? { id: await this.#buildAnew({ name, key, recipe }, shared), cached: false }
        : { id: known, cached: true };
    });
  }

  async list(): Promise<ImageInfo[]> {
    const ids = await this.#catalogue.listIds();
    const infos = await Promise.all(ids.map((id) => this.#describeUnlessDamaged(id)));
    return infos.filter((info) => info !== undefined);
  }

  async find(nameOrId: string): Promise<{ id: ImageId }> {
    const id = await this.#catalogue.resolve(nameOrId);
    if (!(await this.#catalogue.listIds()).includes(id)) throw await this.#catalogue.notFound(nameOrId);
    return { id };
  }

  hold(nameOrId: string, work: string, options: CallOptions): Promise<HeldImage> {
    const holder: ImageHolder = {
      holds: this.#claims.holds,
      find: (name) => this.find(name),
      open: (id, name, openOptions) => this.#open(id, name, openOptions),
    };
    return holdImage(holder, nameOrId, work, options);
  }

  async open(nameOrId: string, options: CallOptions): Promise<StoredImage> {
    return this.#open(await this.#catalogue.resolve(nameOrId), nameOrId, options);
  }

  async remove(nameOrId: string): Promise<void> {
    const { names } = this.#catalogue;
    if (!isImageId(nameOrId)) {
      requireName("name", nameOrId);
      // A name that cannot be read leads to no image, and must not stay for that.
      if ((await names.peek(nameOrId)) === "damaged") return names.remove([nameOrId]);
    }
    const id = await this.#catalogue.resolve(nameOrId);
    if ((await names.listThoseTo(id)).length === 0 && !(await this.#catalogue.listIds()).includes(id))
      throw await this.#catalogue.notFound(nameOrId);
    await removeImage(this.#root, this.#catalogue, id);
  }

  async #open(id: ImageId, name: string, options: CallOptions): Promise<StoredImage> {
    throwIfAborted(options.signal, `opening image ${name}`);
    return this.#openVerified(id, name, { ...options, onProgress: () => undefined });
  }

  async #openVerified(id: ImageId, name: string, options: ProgressOptions): Promise<StoredImage> {
    const found = await this.#catalogue.inspect(id, name);
    if (found.isVerified) return found.image;
    await this.#verify(found, name, options);
    const { image, isVerified } = await this.#catalogue.inspect(id, name);
    if (isVerified) return image;
    throw found.layers.makeError("the file system", "changed while it was read");
  }

  async #verify({ image, layers }: InspectedImage, name: string, options: ProgressOptions): Promise<void> {
    const shared = { ...options, stage: `verifying image ${name}` };
    try {
      await this.#verifications.run(image.id, shared, (work) => this.#verifier.verify(layers, work));
    } catch (error) {
      // It may have been removed while we read it.
      await this.find(image.id);
      throw error;
    }
  }

  /** What was built of this recipe before, when it is still whole. */
  async #findBuilt(key: string, options: ProgressOptions): Promise<ImageId | undefined> {
    const id = await this.#catalogue.recipes.peek(key);
    if (id === undefined || id === "damaged") return undefined;
    return (await this.#isWhole(id, options)) ? id : undefined;
  }

  async #isWhole(id: ImageId, options: ProgressOptions): Promise<boolean> {
    try {
      await this.#openVerified(id, id, options);
      return true;
    } catch (error) {
      if (isForkdError(error) && (error.code === "image_not_found" || error.code === "image_corrupt"))
        return false;
      throw error;
    }
  }

  async #buildAnew({ name, key, recipe }: Order, options: ProgressOptions): Promise<ImageId> {
    const build = { root: this.#root, builder: this.#builder, name, recipe };
    await using draft = await buildImageDraft(build, options);
    throwIfAborted(options.signal, `storing image ${name}`);
    const directory = this.#catalogue.directoryOf(draft.id);
    if (!(await this.#isWhole(draft.id, options))) {
      // Nothing, or a damaged image of the same content. Machines that run from it keep their open files.
      await discardDirectory(this.#root, directory);
      this.#catalogue.forget(draft.id);
      await using undo = new AsyncDisposableStack();
      await publishDirectory(draft.directory, directory, undo);
      undo.move();
    }
    await this.#catalogue.recipes.write(key, draft.id);
    return draft.id;
  }

  async #describeUnlessDamaged(id: ImageId): Promise<ImageInfo | undefined> {
    try {
      return await this.#catalogue.describe(id, { cached: true });
    } catch (error) {
      // An ImageInfo cannot say that an image is damaged; open() does.
      if (isForkdError(error)) return undefined;
      throw error;
    }
  }
}

function requireImageName(name: string): void {
  requireName("name", name);
  if (!isImageId(name)) return;
  const message = "must not look like the id of an image (64 hex digits)";
  throw new ForkdError("invalid_request", { issues: [{ path: "name", message }] });
}
