import { changeEach } from "../each-sandbox.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("suspend")
    .description(
      "Put sandboxes on disk: they have no process then, and outlive a reboot of the host. What runs in them goes on " +
        "where it was when they are resumed; what needs them meanwhile is refused, unless they were forked with " +
        "--auto-resume.",
    )
    .argument("<id...>", "sandboxes, by id or name")
    .addHelpText("after", example("forkd suspend web", "forkd suspend $(forkd ps -q)"))
    .action((ids, options) =>
      changeEach(ids, options, {
        doing: "suspending",
        done: "suspended",
        change: (sandbox, { signal }) => sandbox.suspend({ signal }),
      }),
    );
}
