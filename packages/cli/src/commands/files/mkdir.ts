import { daemonCommand, example } from "../daemon-command.ts";
import { changePlaces } from "./each-place.ts";

export function createMakeDirectoryCommand() {
  return daemonCommand("mkdir")
    .summary("make directories")
    .description(
      "Make directories in a sandbox, with those above them. What is there already stays as it is.",
    )
    .argument("<destination...>", "ID:/path or NAME:/path")
    .option("-p, --parents", "accepted: those above are made without it too")
    .option("-m, --mode <octal>", "permission bits; 0755 unless told")
    .option("-u, --user <name>", "whose they are; root unless told")
    .addHelpText("after", example("forkd files mkdir ID:/srv/app/data"))
    .action((places, { mode, user, ...options }) =>
      changePlaces(places, options, {
        done: "made",
        change: async ({ sandbox, path }, { signal }) => ({
          path,
          created: await sandbox.files.makeDir(path, { mode, user, signal }),
        }),
      }),
    );
}
