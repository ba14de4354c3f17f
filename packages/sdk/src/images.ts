import type { ImageBuildRequest, ImageInfo } from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions, PageOptions, ProgressOptions } from "./options.ts";

/** Root images: what machines boot from. */
export class Images {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** All images. */
  list(options: CallOptions = {}): Promise<readonly ImageInfo[]> {
    return this.#connection.call("listImages", {}, options);
  }

  /** The same in pages, the oldest first: see {@link Sandboxes.pages}. */
  pages(options: PageOptions = {}): AsyncGenerator<readonly ImageInfo[], void, undefined> {
    return this.#connection.pages("listImages", options);
  }

  /**
   * Builds a root image, or finds the one of the same recipe (`cached`). Takes a minute or so. Throws
   * `image_build_failed`, `requirement_missing`, `disk_full`.
   *
   * @example await forkd.images.build({ name: "py", recipe: { packages: ["python3-numpy"] } });
   */
  build(request: ImageBuildRequest, options: ProgressOptions = {}): Promise<ImageInfo> {
    return this.#connection.call("buildImage", { body: request }, options);
  }

  /** Removes an image by name or id. Throws `image_not_found`, `image_in_use`. */
  remove(image: string, options: CallOptions = {}): Promise<void> {
    return this.#connection.call("deleteImage", { params: { image } }, options);
  }
}
