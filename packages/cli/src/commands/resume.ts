import { changeEach } from "../each-sandbox.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("resume")
    .description("Let paused or suspended sandboxes run again, with their clocks set.")
    .argument("<id...>", "sandboxes")
    .addHelpText("after", example("forkd resume ID"))
    .action((ids, options) =>
      changeEach(ids, options, {
        doing: "resuming",
        done: "resumed",
        change: (sandbox, { signal }) => sandbox.resume({ signal }),
      }),
    );
}
