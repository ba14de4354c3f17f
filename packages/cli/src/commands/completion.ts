import { Argument, Command } from "@commander-js/extra-typings";
import { COMPLETION_SCRIPTS } from "../completion/scripts.ts";
import { printLine } from "../output/print.ts";
import { example } from "./daemon-command.ts";

export function createCommand() {
  return new Command("completion")
    .description("Print a script that completes verbs, options, sandbox ids and tags in a shell.")
    .addArgument(new Argument("<shell>", "which").choices(["bash", "zsh", "fish"] as const))
    .addHelpText("after", example('eval "$(forkd completion bash)"', "forkd completion fish | source"))
    .action((shell) => printLine(COMPLETION_SCRIPTS[shell]));
}
