import { daemonCommand, example } from "../daemon-command.ts";
import { changePlaces } from "./each-place.ts";

export function createRemoveCommand() {
  return daemonCommand("rm")
    .summary("remove files and directories")
    .description(
      "Remove files, links and empty directories of a sandbox; links are removed and never followed.",
    )
    .argument("<source...>", "ID:/path or NAME:/path")
    .option("-r, --recursive", "directories with all that is in them")
    .addHelpText("after", example("forkd files rm -r ID:/root/build"))
    .action((places, { recursive, ...options }) =>
      changePlaces(places, options, {
        done: "removed",
        change: async ({ sandbox, path }, { signal }) => {
          await sandbox.files.remove(path, { recursive, signal });
          return { path };
        },
      }),
    );
}
