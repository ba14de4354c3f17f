import type { ImageInfo, ImageRecipe } from "@forkd/contract";
import type { ProgressOptions } from "../ports/options.ts";
import type { Asked, Caller } from "./caller.ts";
import { pageOf } from "./page.ts";
import type { Page, PageOrder } from "./page.ts";
import type { OperationPorts } from "./ports.ts";
import { removeImage } from "./remove-image.ts";

/** What is built, and the name that points to it then. */
export interface ImageOrder {
  readonly name: string;
  readonly recipe: ImageRecipe;
}

/** Root images: build, list, remove. */
export function createImageOperations(ports: OperationPorts) {
  const { images, events } = ports;
  return {
    listImages: async (...[, order]: Asked<PageOrder>): Promise<Page<ImageInfo>> =>
      pageOf(await images.list(), order, (info) => [info.created_at_unix, info.id]),

    async buildImage(
      caller: Caller,
      { name, recipe }: ImageOrder,
      options: ProgressOptions,
    ): Promise<ImageInfo> {
      const info = await images.build(name, recipe, options);
      events.emit({ type: "image.built", name, id: info.id, cached: info.cached }, caller);
      return info;
    },

    async removeImage(...[caller, { name }]: Asked<{ readonly name: string }>): Promise<void> {
      await removeImage(ports, name);
      events.emit({ type: "image.removed", name }, caller);
    },
  };
}
