import { quoteShellWord } from "@forkd/contract/hints";
import { toWire } from "@forkd/sdk";
import type { ImageInfo } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { memoryMibOption, vcpusOption } from "../options/machine.ts";
import { printImageBuilt, printSnapshotMade } from "../output/images.ts";
import { printJson } from "../output/print.ts";
import { findRecipe, listRecipes } from "../recipes/load-recipe.ts";
import type { Recipe } from "../recipes/recipe.ts";
import { chooseName } from "../options/tag.ts";
import { withDaemon } from "../session.ts";
import type { Session } from "../session.ts";
import { refuseTakenTag } from "../snapshot-tags.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("from-image")
    .description(
      "Build the image of a recipe unless it is there, boot it, warm it up as the recipe says, and freeze it.",
    )
    .argument("<name|dir>", "a recipe, a directory with forkd.toml, or an image that is there")
    .argument("[new]", "the name of the snapshot")
    .option("--tag <new>", "the same, as an option")
    .addOption(memoryMibOption("the recipe's, or 256"))
    .addOption(vcpusOption("the recipe's, or 1"))
    .addHelpText("after", example("forkd from-image py-numpy py", "forkd from-image ./my-recipe mine"))
    .action(async (nameOrDir, name, options) => {
      const tag = chooseName(name, options.tag, {
        example: `forkd from-image ${quoteShellWord(nameOrDir)} TAG`,
      });
      const recipe = await findRecipe(nameOrDir);
      await withDaemon(options, async (session) => {
        await refuseTakenTag(tag, session);
        const image = recipe
          ? await buildImage(recipe, options.json, session)
          : await findImage(nameOrDir, session);
        const { memoryMib = recipe?.snapshot.memoryMib, vcpus = recipe?.snapshot.vcpus } = options;
        const request = { ...recipe?.snapshot, tag, image: image.id, memoryMib, vcpus };
        const snapshot = await session.track((call) => session.forkd.snapshots.create(request, call));
        if (options.json) printJson(toWire(snapshot));
        else printSnapshotMade(snapshot);
      });
    });
}

async function buildImage(
  { name, image }: Recipe,
  json: true | undefined,
  { forkd, track }: Session,
): Promise<ImageInfo> {
  const startedAt = performance.now();
  const info = await track((call) => forkd.images.build({ name, recipe: image }, call));
  if (!json) printImageBuilt(name, info, performance.now() - startedAt);
  return info;
}

async function findImage(name: string, { forkd, signal }: Session): Promise<ImageInfo> {
  const images = await forkd.images.list({ signal });
  const found = images.find(({ id, names }) => id === name || names.includes(name));
  if (found) return found;
  throw usageError(
    `there is no recipe and no image ${name}`,
    `a recipe (${(await listRecipes()).join(", ")}), or an image of: forkd image ls`,
  );
}
