import { daemonCommand, example } from "../daemon-command.ts";
import { changePlaces } from "./each-place.ts";

export function createChownCommand() {
  return daemonCommand("chown")
    .summary("set owner and group")
    .description("Set the owner, the group or both of files and directories of a sandbox.")
    .argument("<owner>", "OWNER, OWNER:GROUP or :GROUP, by name or number")
    .argument("<source...>", "ID:/path or NAME:/path")
    .addHelpText("after", example("forkd files chown www-data:www-data ID:/srv/app"))
    .action((whose, places, options) => {
      const [owner, group] = whose.split(":", 2).map((name) => (name === "" ? undefined : name));
      return changePlaces(places, options, {
        done: `set ${whose} of`,
        change: ({ sandbox, path }, { signal }) => sandbox.files.chown(path, { owner, group, signal }),
      });
    });
}
