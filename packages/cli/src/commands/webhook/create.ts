import { toWire } from "@forkd/sdk";
import { printAside, printJson, printLine } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createCreateCommand() {
  return daemonCommand("create")
    .summary("have events sent to a URL")
    .description(
      "Have the daemon send events to a URL, each by a POST that is signed. What it is signed with is printed this once.",
    )
    .argument("<url>", "http or https")
    .option("--event <kind...>", "only these kinds: sandbox.died, or sandbox for all of them")
    .option("--allow-private", "the URL may lead to an address that is not of the public internet")
    .addHelpText("after", example("forkd webhook create https://example.org/hook --event sandbox.died"))
    .action((url, { json, event: events = [], allowPrivate = false, ...options }) =>
      withDaemon(options, async ({ forkd, signal }) => {
        const made = await forkd.webhooks.create({ url, events, allowPrivate }, { signal });
        if (json) return printJson(toWire(made));
        printLine(made.secret);
        printAside(`the secret of ${made.id}; it is not shown again`);
      }),
    );
}
