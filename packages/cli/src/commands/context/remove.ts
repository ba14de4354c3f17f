import { Command } from "@commander-js/extra-typings";
import { changeContexts, requireContext } from "../../contexts/context-file.ts";
import { printLine } from "../../output/print.ts";
import { example } from "../daemon-command.ts";

export function createRemoveCommand() {
  return new Command("remove")
    .summary("forget a context")
    .description("Forget a context, with its token. The daemon is left alone.")
    .argument("<context>", "its name")
    .addHelpText("after", example("forkd context remove lab"))
    .action(async (name) => {
      await changeContexts((contexts) => {
        requireContext(contexts, name);
        const byName = new Map([...contexts.byName].filter(([known]) => known !== name));
        return { byName, current: contexts.current === name ? undefined : contexts.current };
      });
      printLine(`forgot ${name}`);
    });
}
