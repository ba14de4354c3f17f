import type { ExecStart } from "@forkd/sdk";
import { parseCount, parseOffset } from "../parse/arguments.ts";
import { lookAtDaemon } from "../session.ts";
import { exitStatus } from "../terminal/run-in-guest.ts";
import { printNote, writeRaw } from "../output/print.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("attach")
    .description(
      "Follow a command that exec started: the output that is still buffered, then live, and its exit status. " +
        "Ctrl-C leaves it running, and says where to go on.",
    )
    .argument("<id>", "the sandbox")
    .argument("<pid>", "the command's pid in the guest: see forkd processes", parseCount)
    .option("--from-offset <bytes>", "begin behind so many bytes of its output", parseOffset)
    .addHelpText(
      "after",
      example("pid=$(forkd exec ID --detach -- sh -c 'make test')", "forkd attach ID $pid"),
    )
    .action((id, pid, options) =>
      lookAtDaemon(options, async ({ signal, find }) => {
        const { fromOffset } = options;
        let offset: number | null = null;
        const sayWhere = (): void => {
          if (offset !== null) printNote(`go on: forkd attach ${id} ${pid} --from-offset ${offset}`);
        };
        signal.addEventListener("abort", sayWhere);
        for await (const event of (await find(id)).attach(pid, { fromOffset, signal })) {
          if (event.type === "exit") process.exitCode = exitStatus(event);
          else if (event.type === "start") noteLoss(event);
          else {
            await writeRaw(event.type, event.data);
            offset = event.nextOffset;
          }
        }
      }),
    );
}

function noteLoss({ dropped }: ExecStart): void {
  if (dropped > 0) printNote(`(${dropped} bytes of earlier output are lost)`);
}
