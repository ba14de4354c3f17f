import { interactiveOption, ttyOption } from "../options/guest-command.ts";
import { parseCount, parseOffset } from "../parse/arguments.ts";
import { lookAtDaemon } from "../session.ts";
import { Attachment } from "../terminal/attachment.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("attach")
    .description(
      "Follow a command that exec started: the output that is still buffered, then live, and its exit status. " +
        "Ctrl-C leaves it running, and says where to go on; with -t, whose keys all go to the command, Ctrl-P Ctrl-Q does.",
    )
    .argument("<id>", "the sandbox")
    .argument("<pid>", "the command's pid in the guest: see forkd processes", parseCount)
    .option("--from-offset <bytes>", "begin behind so many bytes of its output", parseOffset)
    .addOption(interactiveOption())
    .addOption(ttyOption())
    .addHelpText(
      "after",
      example(
        "pid=$(forkd exec ID --detach -- sh -c 'make test')",
        "forkd attach ID $pid",
        "pid=$(forkd exec ID -dit -- bash)",
        "forkd attach ID $pid -it",
      ),
    )
    .action((id, pid, options) =>
      lookAtDaemon(options, async ({ signal, find }) => {
        const { fromOffset } = options;
        using attachment = new Attachment(await find(id), pid, signal);
        signal.addEventListener("abort", () => attachment.sayWhere(id, options));
        await attachment.join(options);
        await attachment.follow(fromOffset);
        if (attachment.isLeft) attachment.sayWhere(id, options);
      }),
    );
}
