import { Command } from "@commander-js/extra-typings";
import { changeContexts, requireContext } from "../../contexts/context-file.ts";
import { noteWhatGoesBefore } from "../../contexts/note-what-goes-before.ts";
import { printLine } from "../../output/print.ts";
import { DEFAULT_CONTEXT } from "../../parse/context-name.ts";
import { example } from "../daemon-command.ts";

export function createUseCommand() {
  return new Command("use")
    .summary("use a context from now on")
    .description("Use a context from now on, where neither an option nor the environment says otherwise.")
    .argument("<context>", `its name, or ${DEFAULT_CONTEXT} for the local daemon`)
    .addHelpText("after", example("forkd context use lab", `forkd context use ${DEFAULT_CONTEXT}`))
    .action(async (name) => {
      await changeContexts((contexts) => {
        if (name !== DEFAULT_CONTEXT) requireContext(contexts, name);
        return { ...contexts, current: name === DEFAULT_CONTEXT ? undefined : name };
      });
      printLine(`${name} is in use`);
      noteWhatGoesBefore();
    });
}
