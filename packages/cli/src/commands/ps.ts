import { toWire } from "@forkd/sdk";
import { printJson, printLine } from "../output/print.ts";
import { printSandboxes } from "../output/sandboxes.ts";
import { chooseOptionalName } from "../options/tag.ts";
import { lookAtDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("ps")
    .description("List sandboxes. Those that died stay listed for ten minutes, with why.")
    .argument("[tag]", "only those of a snapshot")
    .option("--tag <tag>", "the same, as an option")
    .option("-q, --quiet", "print only the ids")
    .addHelpText("after", example("forkd ps", "forkd ps py --quiet"))
    .action((name, options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const tag = chooseOptionalName(name, options.tag);
        const all = (await forkd.sandboxes.list({ signal })).map(({ info }) => info);
        const infos = all.filter(({ snapshotTag }) => tag === undefined || snapshotTag === tag);
        if (options.json) printJson(toWire(infos));
        else if (options.quiet) infos.forEach(({ id }) => printLine(id));
        else printSandboxes(infos, tag);
      }),
    );
}
