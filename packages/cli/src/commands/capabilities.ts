import { toWire } from "@forkd/sdk";
import { printFacts } from "../output/facts.ts";
import { printJson } from "../output/print.ts";
import { lookAtDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("capabilities")
    .description("Show what this host can do, and the proof for it.")
    .addHelpText("after", example("forkd capabilities --json"))
    .action((options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const found = await forkd.capabilities({ signal });
        if (options.json) return printJson(toWire(found));
        return printFacts([
          [
            "engine",
            `${found.engine} ${found.engineVersion}, machine ${found.machine}, CPU ${found.cpuModel}`,
          ],
          ["accelerator", `${found.accelerator}: ${found.acceleratorReason}`],
          ...found.limits.map(({ kind, available, why }): [string, string] => [
            `${kind} limits`,
            `${available ? "yes" : "no"}: ${why}`,
          ]),
          ["branch modes", found.branchModes.join(", ") || "none"],
          ["sandboxes", `at most ${found.maxSandboxes}, ${found.parallelism} start at once`],
        ]);
      }),
    );
}
