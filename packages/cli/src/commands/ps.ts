import { toWire } from "@forkd/sdk";
import { printJson, printLine } from "../output/print.ts";
import { printSandboxes } from "../output/sandboxes.ts";
import { chooseOptionalName } from "../options/tag.ts";
import { parseFilter } from "../parse/sandbox-filter.ts";
import { lookAtDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("ps")
    .description("List sandboxes. Those that died stay listed for ten minutes, with why.")
    .argument("[tag]", "only those of a snapshot")
    .option("--tag <tag>", "the same, as an option")
    .option(
      "--filter <field=value>",
      "only those of this status, label, name or tag; more than once: all of them",
      parseFilter,
    )
    .option("-q, --quiet", "print only the ids")
    .addHelpText("after", example("forkd ps", "forkd ps py --quiet", "forkd ps --filter label=team=shop"))
    .action((name, options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const { filter } = options;
        const tag = chooseOptionalName(chooseOptionalName(name, options.tag), filter?.tag, "--filter tag");
        const infos = (await forkd.sandboxes.list({ ...filter, tag, signal })).map(({ info }) => info);
        if (options.json) printJson(toWire(infos));
        else if (options.quiet) infos.forEach(({ id }) => printLine(id));
        else printSandboxes(infos, { tag, isFiltered: filter !== undefined });
      }),
    );
}
