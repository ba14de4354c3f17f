import { printJson, printLine } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createRemoveCommand() {
  return daemonCommand("rm")
    .summary("remove root images")
    .description("Remove root images by name or id. Snapshots made of an image keep it: remove them first.")
    .argument("<image...>", "names or ids")
    .addHelpText("after", example("forkd image rm py-numpy"))
    .action((names, options) =>
      withDaemon(options, async ({ forkd, signal }) => {
        for (const name of names) {
          await forkd.images.remove(name, { signal });
          if (!options.json) printLine(`removed image ${name}`);
        }
        if (options.json) printJson({ removed: names });
      }),
    );
}
