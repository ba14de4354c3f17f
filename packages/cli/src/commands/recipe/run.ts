import { usageError } from "../../cli-error.ts";
import { findDaemon } from "../../contexts/find-daemon.ts";
import { envOption } from "../../options/machine.ts";
import { changeRecipe } from "../../recipes/change-recipe.ts";
import { requireRecipe } from "../../recipes/load-recipe.ts";
import { buildParent } from "../../recipes/build-parent.ts";
import { runDemo } from "../../recipes/run-demo.ts";
import { withDaemon } from "../../session.ts";
import { findSnapshot } from "../../snapshot-tags.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createRunCommand() {
  return daemonCommand("run")
    .summary("run a recipe's demo")
    .description(
      "Make a recipe's snapshot, unless it is there, and run the recipe's demo, which checks what it shows. Its status " +
        "is ours.",
    )
    .argument("<name|dir>", "a recipe, or a directory with forkd.toml")
    .argument("[args...]", "for the demo")
    .option("--tag <tag>", "the snapshot (default: that of the recipe's name)")
    .addOption(envOption("in the place of the recipe's"))
    .addHelpText(
      "after",
      example("forkd recipe run postgres-fixture", "forkd recipe run postgres-fixture 100"),
    )
    .action(async (nameOrDir, args, { tag: chosen, env, ...options }) => {
      const recipe = await changeRecipe(await requireRecipe(nameOrDir), { env });
      const { demo, name, snapshot } = recipe;
      const tag = chosen ?? name;
      if (demo === undefined) {
        throw usageError(`the recipe ${name} has no demo`, `forkd recipe build ${name}; forkd fork ${tag}`);
      }
      await withDaemon(options, async ({ forkd, signal, track }) => {
        if ((await findSnapshot(forkd, tag, { signal })) === undefined)
          await track((call) => buildParent(forkd, recipe, tag, call));
        const place = findDaemon(options);
        process.exitCode = await runDemo(demo, { args, tag, place, env: snapshot.env ?? {}, signal });
      });
    });
}
