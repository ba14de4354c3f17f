import { daemonCommand, example } from "../daemon-command.ts";
import { changePlaces } from "./each-place.ts";

export function createChmodCommand() {
  return daemonCommand("chmod")
    .summary("set permission bits")
    .description("Set the permission bits of files and directories of a sandbox.")
    .argument("<mode>", "octal: 0755")
    .argument("<source...>", "ID:/path or NAME:/path")
    .addHelpText("after", example("forkd files chmod 0755 ID:/root/run.sh"))
    .action((mode, places, options) =>
      changePlaces(places, options, {
        done: `set ${mode} of`,
        change: ({ sandbox, path }, { signal }) => sandbox.files.chmod(path, mode, { signal }),
      }),
    );
}
