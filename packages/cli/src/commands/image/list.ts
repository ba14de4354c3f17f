import { toWire } from "@forkd/sdk";
import { printImages } from "../../output/images.ts";
import { printJson } from "../../output/print.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createListCommand() {
  return daemonCommand("ls")
    .summary("list root images")
    .description("List root images.")
    .addHelpText("after", example("forkd image ls"))
    .action((options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const images = await forkd.images.list({ signal });
        if (options.json) printJson(toWire(images));
        else printImages(images);
      }),
    );
}
