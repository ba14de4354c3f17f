import { printAside, writeRaw } from "../output/print.ts";
import { parseCount } from "../parse/arguments.ts";
import { lookAtDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("logs")
    .description("Show a sandbox's console, or what its VMM said. Dead sandboxes have logs for ten minutes.")
    .argument("<id>", "the sandbox")
    .option("-f, --follow", "go on until the sandbox ends")
    .option("-n, --tail <lines>", "only the last lines", parseCount)
    .option("--vmm", "what the VMM said, instead of the guest's console")
    .addHelpText("after", example("forkd logs sb_4k2m9x7q0v3bz8wc --tail 20 --follow"))
    .action((id, options) =>
      lookAtDaemon(options, async ({ signal, find }) => {
        const { follow, tail, vmm } = options;
        const source = vmm ? "vmm" : "console";
        const log = await (await find(id)).logs({ source, tail, follow, signal });
        let isEmpty = true;
        for await (const chunk of log) {
          isEmpty = false;
          await writeRaw("stdout", chunk);
        }
        if (isEmpty) printAside(`the ${source} of ${id} has said nothing`);
      }),
    );
}
