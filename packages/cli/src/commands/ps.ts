import { Option } from "@commander-js/extra-typings";
import { toWire } from "@forkd/sdk";
import type { SandboxInfo } from "@forkd/sdk";
import { WATCH_INTERVAL_MS, formatOption, sortOption, watchOption } from "../options/listing.ts";
import { chooseOptionalName } from "../options/tag.ts";
import { showLive } from "../output/live.ts";
import { printJson, printLine } from "../output/print.ts";
import { printSandboxes, renderSandboxes } from "../output/sandboxes.ts";
import { parseCount } from "../parse/arguments.ts";
import { parseFilter } from "../parse/sandbox-filter.ts";
import { sortRows } from "../parse/sort-rows.ts";
import { lookAtDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";
import { printFormatted } from "../output/formatted.ts";

export function createCommand() {
  return daemonCommand("ps")
    .description("List sandboxes. Those that died stay listed for ten minutes, with why.")
    .argument("[tag]", "only those of a snapshot")
    .option("--tag <tag>", "the same, as an option")
    .option("-a, --all", "accepted: those that died are listed anyway")
    .option(
      "-f, --filter <field=value>",
      "only those of this status, label, name or tag; more than once: all of them",
      parseFilter,
    )
    .addOption(sortOption())
    .addOption(formatOption())
    .addOption(new Option("-n, --last <count>", "only those that were forked last").argParser(parseCount))
    .option("-q, --quiet", "print only the ids")
    .option("--no-trunc", "as wide as it is, also where the terminal is narrower")
    .addOption(watchOption())
    .addHelpText(
      "after",
      example(
        "forkd ps",
        "forkd ps py --quiet",
        "forkd ps --filter label=team=shop --sort -created_at_unix",
        "forkd ps --format '{{.ID}} {{.Status}}'",
      ),
    )
    .action((name, options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const { filter, sort, format, json, quiet, last } = options;
        const tag = chooseOptionalName(chooseOptionalName(name, options.tag), filter?.tag, "--filter tag");
        const wanted = { tag, isFiltered: filter !== undefined, room: options.trunc ? undefined : Infinity };
        const list = async (): Promise<readonly SandboxInfo[]> => {
          // The oldest come first.
          const sandboxes = (await forkd.sandboxes.list({ ...filter, tag, signal })).slice(-(last ?? 0));
          return sortRows(
            sandboxes.map(({ info }) => info),
            sort,
          );
        };
        if (options.watch) {
          const render = async (): Promise<string[]> => renderSandboxes(await list(), wanted);
          return showLive(render, { intervalMs: WATCH_INTERVAL_MS, signal });
        }
        const infos = await list();
        if (json) return printJson(toWire(infos));
        if (format) return printFormatted(infos.map(toWire), format);
        if (quiet) return infos.forEach(({ id }) => printLine(id));
        return printSandboxes(infos, wanted);
      }),
    );
}
