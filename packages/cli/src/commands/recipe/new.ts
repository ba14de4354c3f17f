import { basename, resolve } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { printLine, printNote } from "../../output/print.ts";
import { writeNewRecipe } from "../../recipes/new-recipe.ts";
import { example } from "../daemon-command.ts";

export function createNewCommand() {
  return new Command("new")
    .summary("begin a recipe of your own")
    .description("Make a directory with a forkd.toml, a README and a demo that checks itself, to begin with.")
    .argument("<dir>", "a directory that is not there yet; its name is the recipe's")
    .option("--from <name|dir>", "copy this recipe")
    .addHelpText(
      "after",
      example("forkd recipe new my-recipe", "forkd recipe new shop-db --from postgres-fixture"),
    )
    .action(async (dir, { from }) => {
      const place = resolve(dir);
      await writeNewRecipe(place, basename(place), from);
      printLine(`made ${dir}`);
      printNote(`  next: forkd recipe run ./${dir.replace(/^\.\//, "")}`);
    });
}
