import { toWire } from "@forkd/sdk";
import { languageOption } from "../../options/language.ts";
import { cwdOption } from "../../options/guest-command.ts";
import { parseKeyValue } from "../../parse/arguments.ts";
import { printJson, printLine } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createCreateCommand() {
  return daemonCommand("create")
    .summary("start an interpreter with a state of its own")
    .description(
      "Start an interpreter with variables, a working directory and a process of its own, and print its id. Children of " +
        "a later fork have it too, as it is then.",
    )
    .argument("<id>", "the sandbox")
    .addOption(languageOption().default("python" as const))
    .addOption(cwdOption())
    .option("-e, --env <key=value>", "an environment variable; may be repeated", parseKeyValue)
    .addHelpText(
      "after",
      example(
        "context=$(forkd code-context create ID -l bash -w /srv)",
        "forkd eval ID --context $context pwd",
      ),
    )
    .action((id, { language, cwd, env, ...options }) =>
      withDaemon(options, async ({ signal, find }) => {
        const context = await (await find(id)).contexts.create({ language, cwd, env, signal });
        if (options.json) printJson(toWire(context));
        else printLine(context.id);
      }),
    );
}
