import { Command } from "@commander-js/extra-typings";
import { readContexts, requireContext, writeContexts } from "../../contexts/context-file.ts";
import { printLine } from "../../output/print.ts";
import { example } from "../daemon-command.ts";

export function createRemoveCommand() {
  return new Command("remove")
    .alias("rm")
    .summary("forget a context")
    .description("Forget a context, with its token. The daemon is left alone.")
    .argument("<context>", "its name")
    .addHelpText("after", example("forkd context remove lab"))
    .action(async (name) => {
      const contexts = readContexts();
      requireContext(contexts, name);
      const byName = new Map(contexts.byName);
      byName.delete(name);
      await writeContexts({ byName, current: contexts.current === name ? undefined : contexts.current });
      printLine(`forgot ${name}`);
    });
}
