import { toWire } from "@forkd/sdk";
import { printJson } from "../../output/print.ts";
import { printTable } from "../../output/table.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createLsCommand() {
  return daemonCommand("ls")
    .summary("list a sandbox's interpreters")
    .description(
      "List the interpreters of a sandbox: the one of each language, which is called as the language, and the contexts " +
        "that were created.",
    )
    .argument("<id>", "the sandbox")
    .addHelpText("after", example("forkd code-context ls ID"))
    .action((id, options) =>
      lookAtDaemon(options, async ({ signal, find }) => {
        const contexts = await (await find(id)).contexts.list({ signal });
        if (options.json) return printJson(toWire(contexts));
        return printTable(contexts, [
          { head: "CONTEXT", cell: (context) => context.id },
          { head: "LANGUAGE", cell: ({ language }) => language },
          { head: "STATE", cell: ({ state }) => state },
          { head: "VERSION", cell: ({ version }) => version ?? "-" },
          { head: "BEGAN IN", cell: ({ cwd }) => cwd },
        ]);
      }),
    );
}
