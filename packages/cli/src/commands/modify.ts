import { usageError } from "../cli-error.ts";
import { changeEach } from "../each-sandbox.ts";
import * as limit from "../options/limits.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  const command = daemonCommand("modify")
    .description(
      "Change the limits of sandboxes while they run; none takes one away. All that is not told stays as it is. Where one " +
        "cannot be put in force, none is changed.",
    )
    .argument("<id...>", "sandboxes")
    .addOption(limit.memoryOption());
  return limit
    .addLimitOptions(command)
    .addHelpText(
      "after",
      example("forkd modify ID --cpus 0.5 --memory 600M", "forkd modify web --disk-write 10M --cpus none"),
    )
    .action((ids, options) => {
      const { limits } = limit.splitLimits(options);
      if (Object.values(limits).every((value) => value === undefined))
        throw usageError("there is nothing to change", "say which limit: forkd modify --help");
      return changeEach(ids, options, {
        doing: "modifying",
        done: "modified",
        change: (sandbox, { signal }) => sandbox.modify({ ...limits, signal }),
      });
    });
}
