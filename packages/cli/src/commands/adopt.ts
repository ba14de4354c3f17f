import { changeEach } from "../each-sandbox.ts";
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
      changeEach(ids, options, {
        doing: "adopting",
        done: "adopted",
        change: async ({ id }, { forkd, signal }) => (await forkd.sandboxes.adopt(id, { signal })).info,
      }),
    );
}
