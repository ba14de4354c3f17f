import type { ImageInfo, ImageRecipe } from "@forkd/contract";
import type { ProgressOptions } from "../ports/options.ts";
import type { Asked, Caller } from "./caller.ts";
import { pageOf } from "./page.ts";
import type { Page, PageOrder } from "./page.ts";
import type { OperationPorts } from "./ports.ts";
import { seesName } from "../tenants/sight.ts";
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
    listImages: async (...[caller, order]: Asked<PageOrder>): Promise<Page<ImageInfo>> =>
      pageOf(listSeen(await images.list(), caller), order, (info) => [info.created_at_unix, info.id]),

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

/** By the names that a caller sees; what has others' names alone is left out. */
function listSeen(infos: readonly ImageInfo[], caller: Caller): ImageInfo[] {
  return infos
    .filter(({ names }) => names.length === 0 || names.some((name) => seesName(caller, name)))
    .map((info) => ({ ...info, names: info.names.filter((name) => seesName(caller, name)) }));
}
