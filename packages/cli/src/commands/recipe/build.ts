import { toWire } from "@forkd/sdk";
import type { SnapshotInfo } from "@forkd/sdk";
import { CliError } from "../../cli-error.ts";
import { EXIT } from "../../exit-codes.ts";
import { envOption } from "../../options/machine.ts";
import { printSnapshotMade } from "../../output/images.ts";
import { printJson, printLine } from "../../output/print.ts";
import { parseFileSpec } from "../../parse/arguments.ts";
import { buildParent } from "../../recipes/build-parent.ts";
import { changeRecipe } from "../../recipes/change-recipe.ts";
import { requireRecipe } from "../../recipes/load-recipe.ts";
import type { Recipe } from "../../recipes/recipe.ts";
import { withDaemon } from "../../session.ts";
import type { Session } from "../../session.ts";
import { findSnapshot } from "../../snapshot-tags.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createBuildCommand() {
  return daemonCommand("build")
    .summary("make a recipe's snapshot")
    .description(
      "Build a recipe's image, boot it, warm it up as the recipe says, and freeze it when it is ready. A snapshot of " +
        "that name that is there already is left as it is, unless options say how another would be.",
    )
    .argument("<name|dir>", "a recipe, or a directory with forkd.toml")
    .option("--tag <new>", "the name of the snapshot (default: the recipe's)")
    .addOption(envOption("of its machines, in the place of the recipe's"))
    .option("--file <host:guest[:mode]>", "a file to put in; may be repeated", parseFileSpec)
    .option("--replace", "remove the snapshot of that name first")
    .addHelpText(
      "after",
      example("forkd recipe build postgres-fixture -e PG_USER=shop", "forkd recipe build ./my-recipe"),
    )
    .action(async (nameOrDir, { tag, env, file, replace, json, ...options }) => {
      const found = await requireRecipe(nameOrDir);
      const recipe = await changeRecipe(found, { env, files: file });
      const isPlain = recipe === found;
      await withDaemon(options, async (session) => {
        const wanted = { recipe, tag: tag ?? recipe.name, replace, isPlain };
        const { snapshot, isNew } = await make(session, wanted);
        if (json) printJson(toWire(snapshot));
        else if (isNew) printSnapshotMade(snapshot);
        else printLine(`snapshot ${snapshot.tag} was there already`);
      });
    });
}

interface Wanted {
  readonly recipe: Recipe;
  readonly tag: string;
  readonly replace: true | undefined;
  /** Whether the recipe is as it is found. */
  readonly isPlain: boolean;
}

async function make(
  { forkd, signal, track }: Session,
  { recipe, tag, replace, isPlain }: Wanted,
): Promise<{ snapshot: SnapshotInfo; isNew: boolean }> {
  const existing = await findSnapshot(forkd, tag, { signal });
  if (existing !== undefined && !replace) {
    if (isPlain) return { snapshot: existing, isNew: false };
    throw new CliError("snapshot_exists", `snapshot ${tag} exists already, and may be made otherwise`, {
      hint: "make it anew with --replace, or beside it with --tag",
      exitCode: EXIT.conflict,
    });
  }
  if (existing !== undefined) await forkd.snapshots.remove(tag, { signal });
  return { snapshot: await track((call) => buildParent(forkd, recipe, tag, call)), isNew: true };
}
