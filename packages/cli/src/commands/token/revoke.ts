import { printJson, printLine } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createRevokeCommand() {
  return daemonCommand("revoke")
    .alias("rm")
    .summary("make a token useless")
    .description("Make a token useless at once. What its holder has under way ends within a second.")
    .argument("<name>", "the token")
    .addHelpText("after", example("forkd token revoke ci"))
    .action((name, options) =>
      withDaemon(options, async ({ forkd, signal }) => {
        await forkd.tokens.revoke(name, { signal });
        if (options.json) printJson({ revoked: name });
        else printLine(`revoked the token ${name}`);
      }),
    );
}
