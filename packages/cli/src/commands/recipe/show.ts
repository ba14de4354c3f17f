import { Command } from "@commander-js/extra-typings";
import { printFacts } from "../../output/facts.ts";
import { printJson } from "../../output/print.ts";
import { describeRecipe, recipeFacts } from "../../output/recipes.ts";
import { requireRecipe } from "../../recipes/load-recipe.ts";
import { example } from "../daemon-command.ts";

export function createShowCommand() {
  return new Command("show")
    .summary("show what a recipe makes")
    .description("Show what a recipe is for, what its image is made of, and where its files are.")
    .argument("<name|dir>", "a recipe, or a directory with forkd.toml")
    .option("--json", "print it as JSON")
    .addHelpText("after", example("forkd recipe show py-numpy", "forkd recipe show ./my-recipe"))
    .action(async (nameOrDir, { json }) => {
      const recipe = await requireRecipe(nameOrDir);
      if (json) printJson(describeRecipe(recipe));
      else printFacts(recipeFacts(recipe));
    });
}
