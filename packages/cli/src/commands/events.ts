import { toWire } from "@forkd/sdk";
import { printEvent } from "../output/events.ts";
import { printJson, printNote } from "../output/print.ts";
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
    .option("--type <kind...>", "only these kinds: sandbox.died, or sandbox for all of them")
    .addHelpText(
      "after",
      example("forkd events", "forkd events --follow --type sandbox.died", "forkd events -f --json"),
    )
    .action(({ follow, after, type: types, json, ...options }) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const print = (event: Parameters<typeof printEvent>[0]): void =>
          json ? printJson(toWire(event)) : printEvent(event);
        if (follow) {
          for await (const event of forkd.events.follow({ after, types, signal, onOpen: noteGap }))
            print(event);
          return;
        }
        const events = await forkd.events.list({ after, types, signal });
        events.forEach(print);
        if (events.length === 0 && !json)
          printNote("no such event is kept; the daemon keeps the last 4096 since it started");
      }),
    );
}

function noteGap({ isWhole }: { readonly isWhole: boolean }): void {
  if (!isWhole) printNote("events after that cursor are no longer kept: what follows is not all");
}
