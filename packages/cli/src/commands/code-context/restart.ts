import { toWire } from "@forkd/sdk";
import { printJson } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createRestartCommand() {
  return daemonCommand("restart")
    .summary("start a context anew")
    .description(
      "Start a context anew, or the interpreter of a language: its state is lost, its directory and variables stay.",
    )
    .argument("<id>", "the sandbox")
    .argument("<context>", "the context's id, or a language")
    .addHelpText("after", example("forkd code-context restart ID CONTEXT"))
    .action((id, context, options) =>
      withDaemon(options, async ({ signal, find }) => {
        const restarted = await (await find(id)).contexts.restart(context, { signal });
        if (options.json) printJson(toWire(restarted));
      }),
    );
}
