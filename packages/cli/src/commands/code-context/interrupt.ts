import { printJson, printNote } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createInterruptCommand() {
  return daemonCommand("interrupt")
    .summary("interrupt what runs in a context")
    .description("Interrupt what runs in a context, as Ctrl-C does. Its state stays.")
    .argument("<id>", "the sandbox")
    .argument("<context>", "the context's id, or a language")
    .addHelpText("after", example("forkd code-context interrupt ID CONTEXT"))
    .action((id, context, options) =>
      withDaemon(options, async ({ signal, find }) => {
        const interrupted = await (await find(id)).contexts.interrupt(context, { signal });
        if (options.json) printJson({ interrupted });
        else if (!interrupted) printNote("nothing runs in it");
      }),
    );
}
