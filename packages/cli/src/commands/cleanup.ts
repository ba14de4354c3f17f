import { daemonCommand, example } from "./daemon-command.ts";
import { collectGarbage } from "./gc.ts";

export function createCommand() {
  return daemonCommand("cleanup")
    .description("Say what nothing points to; with -y remove it, as forkd gc does.")
    .option("-y, --yes", "remove it")
    .addHelpText("after", example("forkd cleanup", "forkd cleanup -y"))
    .action(({ yes = false, ...options }) => collectGarbage(!yes, options));
}
