import { printJson, printLine } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createRmCommand() {
  return daemonCommand("rm")
    .summary("send no more events to a URL")
    .description("Send no more events there, also not those that wait.")
    .argument("<webhook>", "its id")
    .addHelpText("after", example("forkd webhook rm wh_0123456789abcdef"))
    .action((webhook, options) =>
      withDaemon(options, async ({ forkd, signal }) => {
        await forkd.webhooks.remove(webhook, { signal });
        if (options.json) printJson({ removed: webhook });
        else printLine(`removed the webhook ${webhook}`);
      }),
    );
}
