import { Option } from "@commander-js/extra-typings";
import { toWire } from "@forkd/sdk";
import { printEvent } from "../output/events.ts";
import { printJson, printNote } from "../output/print.ts";
import { parseSince } from "../parse/since.ts";
import { lookAtDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("events")
    .description(
      "Show what happened: sandboxes that were forked or died, snapshots that came and went, work that took a while. " +
        "The daemon keeps the last 4096 events. With --json, an event is printed on each line.",
    )
    .option("-f, --follow", "tell what happens from now on, until Ctrl-C")
    .option("--after <cursor>", "only what came after this event; with --follow, that too")
    .addOption(
      new Option("--since <time>", "only what came since, as 10m ago or a date; with --follow, that too")
        .argParser(parseSince)
        .conflicts("after"),
    )
    .option("--type <kind...>", "only these kinds: sandbox.died, or sandbox for all of them")
    .addHelpText(
      "after",
      example(
        "forkd events --since 10m",
        "forkd events --follow --type sandbox.died",
        "forkd events -f --json",
      ),
    )
    .action(({ follow, after, since, type: types, json, ...options }) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const print = (event: Parameters<typeof printEvent>[0]): void =>
          json ? printJson(toWire(event)) : printEvent(event);
        const isKept = !follow || since !== undefined;
        const kept = isKept ? await forkd.events.list({ after, types, signal }) : [];
        const events = kept.filter(({ atUnixMs }) => atUnixMs >= (since ?? 0));
        events.forEach(print);
        if (follow) {
          const from = kept.at(-1)?.cursor ?? after;
          for await (const event of forkd.events.follow({ after: from, types, signal, onOpen: noteGap }))
            print(event);
          return;
        }
        if (events.length === 0 && !json)
          printNote("no such event is kept; the daemon keeps the last 4096 since it started");
      }),
    );
}

function noteGap({ isWhole }: { readonly isWhole: boolean }): void {
  if (!isWhole) printNote("events after that cursor are no longer kept: what follows is not all");
}
