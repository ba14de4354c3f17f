import { Command } from "@commander-js/extra-typings";
import { printJson, printLine } from "../../output/print.ts";
import { describeRecipe, printRecipes } from "../../output/recipes.ts";
import { listRecipes, requireRecipe } from "../../recipes/load-recipe.ts";
import { example } from "../daemon-command.ts";

export function createListCommand() {
  return new Command("list")
    .summary("list the recipes that come with forkd")
    .description("List the recipes that come with forkd, by what they are for.")
    .option("--json", "print them as JSON")
    .option("-q, --quiet", "print only the names")
    .addHelpText("after", example("forkd recipe list"))
    .action(async ({ json, quiet }) => {
      const recipes = await Promise.all((await listRecipes()).map(requireRecipe));
      if (json) printJson(recipes.map(describeRecipe));
      else if (quiet) for (const { name } of recipes) printLine(name);
      else printRecipes(recipes);
    });
}
