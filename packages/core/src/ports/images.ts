import type { ImageId, ImageInfo, ImageRecipe } from "@forkd/contract";
import type { CallOptions, ProgressOptions } from "./options.ts";

/** A root image that is whole. */
export interface StoredImage {
  readonly id: ImageId;
  readonly path: string;
  readonly sizeBytes: number;
}

/** An image that is not removed before disposal. */
export interface HeldImage extends Disposable {
  readonly id: ImageId;
  /** Throws `image_corrupt`. */
  open(options: CallOptions): Promise<StoredImage>;
}

/** Makes a root file system of a recipe. */
export interface ImageBuilder {
  /**
   * Writes a raw ext4 image to `outputPath`, a new file in a directory that is the caller's to remove.
   * Throws `image_build_failed`, `requirement_missing`, `disk_full`.
   */
  build(name: string, recipe: ImageRecipe, outputPath: string, options: ProgressOptions): Promise<void>;
}

/** Builds and keeps root images, content-addressed: `images/<sha256>`. */
export interface ImageStore {
  /** Builds the image, or finds the one of the same recipe; either way `name` points to it afterwards. */
  build(name: string, recipe: ImageRecipe, options: ProgressOptions): Promise<ImageInfo>;
  list(): Promise<ImageInfo[]>;
  /** Throws `image_not_found`. Looks at the names alone. */
  find(nameOrId: string): Promise<{ id: ImageId }>;
  /** Holds an image for `work`, whatever becomes of its names meanwhile. Throws `image_not_found`, `cancelled`. */
  hold(nameOrId: string, work: string, options: CallOptions): Promise<HeldImage>;
  /** Throws `image_not_found`; `image_corrupt` when the bytes are not those that were stored. */
  open(nameOrId: string, options: CallOptions): Promise<StoredImage>;
  /** Removes the image and its names, whoever needs it. */
  remove(nameOrId: string): Promise<void>;
}

/** The guest kernel and the initramfs with our agent in it. */
export interface GuestBoot {
  readonly kernelPath: string;
  readonly initramfsPath: string;
  /** The kernel's package version, such as `6.1.153-1`. */
  readonly kernelVersion: string;
  readonly kernelSha256: string;
  readonly initramfsSha256: string;
  readonly agentVersion: string;
}

/** Fetches the kernel, builds the agent, packs the initramfs; cached by content. */
export interface GuestBootProvider {
  provide(options: ProgressOptions): Promise<GuestBoot>;
}
