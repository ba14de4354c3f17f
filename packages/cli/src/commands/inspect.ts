import { Option } from "@commander-js/extra-typings";
import { toWire } from "@forkd/sdk";
import { KINDS, findObject } from "../inspect/find-object.ts";
import { formatOption } from "../options/listing.ts";
import { printFormatted } from "../output/formatted.ts";
import { printJson } from "../output/print.ts";
import { lookAtDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("inspect")
    .description(
      "Show all that is known of sandboxes, snapshots, images, jobs and what a daemon's keeper makes (tokens, tenants, webhooks, " +
        "network namespaces), as JSON.",
    )
    .argument("<name...>", "their ids or names")
    .addOption(new Option("--type <kind>", "what is meant, where several have a name").choices(KINDS))
    .addOption(formatOption("-f, --format <template>"))
    .addHelpText("after", example("forkd inspect web", "forkd inspect py --format '{{.PhysicalBytes}}'"))
    .action((words, { type, format, ...options }) =>
      lookAtDaemon(options, async (session) => {
        const found = [];
        for (const word of words) found.push(toWire(await findObject(word, type, session)));
        if (format === undefined) printJson(found);
        else printFormatted(found, format);
      }),
    );
}
