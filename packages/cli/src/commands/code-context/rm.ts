import { printJson } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createRmCommand() {
  return daemonCommand("rm")
    .summary("end a context")
    .description("End a context that was created.")
    .argument("<id>", "the sandbox")
    .argument("<context>", "the context's id")
    .addHelpText("after", example("forkd code-context rm ID CONTEXT"))
    .action((id, context, options) =>
      withDaemon(options, async ({ signal, find }) => {
        await (await find(id)).contexts.remove(context, { signal });
        if (options.json) printJson({});
      }),
    );
}
