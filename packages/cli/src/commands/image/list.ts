import { toWire } from "@forkd/sdk";
import { printImages } from "../../output/images.ts";
import { printJson, printLine } from "../../output/print.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createListCommand() {
  return daemonCommand("ls")
    .summary("list root images")
    .description("List root images.")
    .option("-q, --quiet", "print only the names, or the id of one without")
    .addHelpText("after", example("forkd image ls"))
    .action((options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const images = await forkd.images.list({ signal });
        if (options.json) printJson(toWire(images));
        else if (options.quiet)
          images.flatMap(({ names, id }) => (names.length > 0 ? names : [id])).forEach(printLine);
        else printImages(images);
      }),
    );
}
