import { changeEach } from "../each-sandbox.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("pause")
    .description(
      "Let sandboxes stand still: their memory is kept, and what runs in them goes on when they are resumed. What needs " +
        "their guest is refused meanwhile, unless they were forked with --auto-resume.",
    )
    .argument("<id...>", "sandboxes")
    .addHelpText("after", example("forkd pause ID"))
    .action((ids, options) =>
      changeEach(ids, options, {
        doing: "pausing",
        done: "paused",
        change: (sandbox, { signal }) => sandbox.pause({ signal }),
      }),
    );
}
