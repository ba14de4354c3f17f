import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { imageRecipeSchema } from "@forkd/contract";
import type { ImageRecipe } from "@forkd/contract";
import type { ImageBuilder } from "@forkd/core";

/** A recipe of these packages. */
export function recipeOf(...packages: string[]): ImageRecipe {
  return imageRecipeSchema.parse({ packages });
}

/** Writes the recipe's packages instead of a file system, and keeps count. Waits for `gate` when there is one. */
export class PackageListBuilder implements ImageBuilder {
  builds = 0;
  aborted = 0;
  gate: Promise<void> | undefined;

  async build(...[, recipe, outputPath, { signal, onProgress }]: Parameters<ImageBuilder["build"]>) {
    this.builds += 1;
    onProgress({ step: "packages", message: "writing the list" });
    await writeFile(join(dirname(outputPath), "scratch"), "of the builder\n");
    await Promise.race([this.gate, this.#abortOf(signal)]);
    signal.throwIfAborted();
    await writeFile(outputPath, recipe.packages.join("\n").padEnd(8192));
  }

  async #abortOf(signal: AbortSignal): Promise<void> {
    if (this.gate === undefined) return;
    const aborted = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => aborted.resolve(), { once: true });
    if (signal.aborted) aborted.resolve();
    await aborted.promise;
    this.aborted += 1;
  }
}
