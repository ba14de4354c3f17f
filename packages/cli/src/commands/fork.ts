import { Option } from "@commander-js/extra-typings";
import { toWire } from "@forkd/sdk";
import { printJson, printLine, printNote } from "../output/print.ts";
import { printForked } from "../output/sandboxes.ts";
import { formatDuration } from "../output/units.ts";
import { parseCount, parseKeyValue, parseSeconds } from "../parse/arguments.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("fork")
    .description(
      "Fork sandboxes from a snapshot. Each is a machine of its own: clock, randomness, names, disk.",
    )
    .requiredOption("--tag <tag>", "the snapshot")
    .option("-n, --n <count>", "how many", parseCount, 1)
    .option("--memory-limit-mib <n>", "a hard limit for each guest with its VMM, in MiB", parseCount)
    .option("--env <key=value>", "an environment variable of every child; may be repeated", parseKeyValue)
    .option("--ttl <secs>", "end by themselves after this many seconds", parseSeconds)
    .addOption(
      new Option("--on-failure <what>", "to the others when one fails").choices(["undo", "keep"] as const),
    )
    .addOption(
      new Option("--wait <what>", "until the fork contract holds in every child")
        .choices(["ready"] as const)
        .default("ready" as const),
    )
    .option("-q, --quiet", "print only the ids")
    .addHelpText(
      "after",
      example("forkd fork --tag py -n 5", "forkd fork --tag py --env ROLE=worker --ttl 600"),
    )
    .action((options) =>
      withDaemon(options, async ({ forkd, track }) => {
        const { tag, n, memoryLimitMib, env, ttl: ttlSecs, onFailure, wait } = options;
        const startedAt = performance.now();
        const request = { n, memoryLimitMib, env, ttlSecs, onFailure, wait };
        const children = await track((call) => forkd.sandboxes.fork(tag, { ...request, ...call }));
        const infos = children.map(({ info }) => info);
        if (options.json) return printJson(toWire(infos));
        if (options.quiet) return infos.forEach(({ id }) => printLine(id));
        printForked(infos);
        const count = `${infos.length} ${infos.length === 1 ? "sandbox" : "sandboxes"} of ${tag}`;
        return printNote(`${count} in ${formatDuration(performance.now() - startedAt)}`);
      }),
    );
}
