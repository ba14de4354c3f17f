import { writeRaw } from "../output/print.ts";
import { parseCount } from "../parse/arguments.ts";
import { lookAtDaemon } from "../session.ts";
import { exitStatus } from "../terminal/run-in-guest.ts";
import { printNote } from "../output/print.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("attach")
    .description(
      "Follow a command that exec started: the output that is still buffered, then live, and its exit status. " +
        "Ctrl-C leaves it running.",
    )
    .argument("<id>", "the sandbox")
    .argument("<pid>", "the command's pid in the guest: see forkd top", parseCount)
    .addHelpText(
      "after",
      example("pid=$(forkd exec ID --detach -- sh -c 'make test')", "forkd attach ID $pid"),
    )
    .action((id, pid, options) =>
      lookAtDaemon(options, async ({ signal, find }) => {
        for await (const event of (await find(id)).attach(pid, { signal })) {
          if (event.type === "exit") process.exitCode = exitStatus(event);
          else if (event.type !== "start") await writeRaw(event.type, event.data);
          else if (event.dropped > 0) printNote(`(${event.dropped} bytes of earlier output are lost)`);
        }
      }),
    );
}
