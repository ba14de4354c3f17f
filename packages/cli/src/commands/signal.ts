import { printJson, printLine } from "../output/print.ts";
import { parseCount } from "../parse/arguments.ts";
import { parseSignalName } from "../parse/signal-name.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("signal")
    .description("Send a signal to a command that exec started, with all that it started.")
    .argument("<id>", "the sandbox")
    .argument("<pid>", "the command's pid in the guest: see forkd processes", parseCount)
    .argument("[signal]", "its name or number", parseSignalName, "SIGTERM")
    .option("--no-group", "to the command alone")
    .addHelpText("after", example("forkd signal web 70 HUP", "forkd signal web 70 9"))
    .action((id, pid, name, { group, ...options }) =>
      withDaemon(options, async ({ signal, find }) => {
        await (await find(id)).signal(pid, name, { group, signal });
        if (options.json) printJson({});
        else printLine(`sent ${name} to ${pid}`);
      }),
    );
}
