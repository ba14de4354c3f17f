import { toWire } from "@forkd/sdk";
import { printJson, printLine } from "../output/print.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("rename")
    .description("Give a sandbox a name, in place of its last. No two that are not dead have the same.")
    .argument("<id>", "the sandbox")
    .argument("<new>", "its name")
    .addHelpText("after", example("forkd rename @last web"))
    .action((id, name, options) =>
      withDaemon(options, async ({ signal, find }) => {
        const info = await (await find(id)).update({ name, signal });
        if (options.json) printJson(toWire(info));
        else printLine(`${info.id} is ${info.name}`);
      }),
    );
}
