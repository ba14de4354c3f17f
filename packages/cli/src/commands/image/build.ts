import { readFile } from "node:fs/promises";
import { quoteShellWord } from "@forkd/contract/hints";
import type { ImageInfo, ImageRecipe } from "@forkd/sdk";
import { usageError } from "../../cli-error.ts";
import { printImageBuilt } from "../../output/images.ts";
import { printJson } from "../../output/print.ts";
import { collect, parseCount, parseFileSpec } from "../../parse/arguments.ts";
import type { FileSpec } from "../../parse/arguments.ts";
import { readInlineFile } from "../../parse/inline-file.ts";
import { findRecipe, listRecipes } from "../../recipes/load-recipe.ts";
import { toWire } from "@forkd/sdk";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

interface RecipeOptions {
  readonly suite?: string | undefined;
  readonly package?: readonly string[] | undefined;
  readonly file?: readonly FileSpec[] | undefined;
  readonly script?: string | undefined;
  readonly sizeMib?: number | undefined;
}

export function createBuildCommand() {
  return daemonCommand("build")
    .summary("build a root image")
    .description(
      "Build a root image from Debian packages. NAME is a recipe that comes with forkd, or a new name for what the " +
        "options say; DIR holds a forkd.toml. The same recipe is built once: later builds find the image.",
    )
    .argument("<name|dir>", "a recipe, a directory with forkd.toml, or a new name")
    .option("--suite <suite>", "the Debian suite (default: bookworm)")
    .option("--package <package>", "a Debian package; may be repeated", collect)
    .option("--file <host:guest[:mode]>", "a file to put in; may be repeated", parseFileSpec)
    .option("--script <file>", "a shell script that runs inside of the new root")
    .option("--size-mib <n>", "the size of the file system in MiB (default: 2048)", parseCount)
    .addHelpText(
      "after",
      example("forkd image build py-numpy", "forkd image build tools --package git --package jq"),
    )
    .action(async (nameOrDir, options) => {
      const { name, recipe } = await chooseRecipe(nameOrDir, options);
      await withDaemon(options, async ({ forkd, track }) => {
        const startedAt = performance.now();
        const image: ImageInfo = await track((call) => forkd.images.build({ name, recipe }, call));
        if (options.json) printJson(toWire(image));
        else printImageBuilt(name, image, performance.now() - startedAt);
      });
    });
}

async function chooseRecipe(
  nameOrDir: string,
  options: RecipeOptions,
): Promise<{ name: string; recipe: ImageRecipe }> {
  const found = await findRecipe(nameOrDir);
  const { suite, package: packages, file: files, script, sizeMib } = options;
  const says = [suite, packages, files, script, sizeMib].some((option) => option !== undefined);
  if (found === undefined && !says) {
    throw usageError(
      `there is no recipe ${nameOrDir}, and no option says what to build`,
      `one of ${(await listRecipes()).join(", ")}; or forkd image build ${quoteShellWord(nameOrDir)} --package …`,
    );
  }
  const base = found?.image ?? {};
  const recipe: ImageRecipe = {
    suite: suite ?? base.suite,
    packages: [...(base.packages ?? []), ...(packages ?? [])],
    files: [...(base.files ?? []), ...(await Promise.all((files ?? []).map(readInlineFile)))],
    script: script === undefined ? base.script : await readScript(script),
    sizeMib: sizeMib ?? base.sizeMib,
  };
  return { name: found?.name ?? nameOrDir, recipe };
}

async function readScript(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw usageError(`the script cannot be read: ${(error as Error).message}`, "name a file that is there");
  }
}
