import { toWire } from "@forkd/sdk";
import { printJson, printLine } from "../output/print.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("adopt")
    .description(
      "Take over sandboxes that run on but that a new daemon could not take over (unmanaged in forkd ps). The daemon " +
        "tries by itself too, ever less often.",
    )
    .argument("<id...>", "sandbox ids")
    .addHelpText("after", example("forkd adopt sb_4k2m9x7q0v3bz8wc"))
    .action((ids, options) =>
      withDaemon(options, async ({ forkd, signal }) => {
        const outcomes = await Promise.allSettled(ids.map((id) => forkd.sandboxes.adopt(id, { signal })));
        const adopted = outcomes.flatMap((outcome) =>
          outcome.status === "fulfilled" ? [outcome.value] : [],
        );
        if (options.json) printJson(toWire(adopted.map(({ info }) => info)));
        else adopted.forEach(({ id }) => printLine(`adopted ${id}`));
        const failure = outcomes.find((outcome) => outcome.status === "rejected");
        if (failure) throw failure.reason;
      }),
    );
}
