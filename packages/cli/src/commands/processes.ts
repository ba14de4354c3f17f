import { toWire } from "@forkd/sdk";
import type { ProcessInfo } from "@forkd/sdk";
import { printJson, printNote } from "../output/print.ts";
import { printTable } from "../output/table.ts";
import { formatBytes, formatRelative } from "../output/units.ts";
import { lookAtDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("processes")
    .description("List the commands that exec started in a sandbox, those that ended lately too.")
    .argument("<id>", "the sandbox")
    .addHelpText("after", example("forkd processes sb_4k2m9x7q0v3bz8wc"))
    .action((id, options) =>
      lookAtDaemon(options, async ({ signal, find }) => {
        const processes = await (await find(id)).processes({ signal });
        if (options.json) return printJson(toWire(processes));
        if (processes.length === 0) return printNote("exec has started nothing there yet");
        return printTable(processes, [
          { head: "PID", cell: ({ pid }) => String(pid), align: "right" },
          { head: "USER", cell: ({ user }) => user ?? "-" },
          { head: "STATE", cell: describeState },
          { head: "STARTED", cell: describeStart },
          { head: "OUTPUT", cell: describeOutput, align: "right" },
          { head: "COMMAND", cell: ({ args }) => args.join(" ") },
        ]);
      }),
    );
}

function describeState({ running, exitCode, signal }: ProcessInfo): string {
  if (running) return "running";
  return signal === null ? `status ${exitCode ?? "?"}` : signal;
}

function describeStart({ startedAtUnixMs }: ProcessInfo): string {
  return startedAtUnixMs === null ? "-" : formatRelative(startedAtUnixMs / 1000);
}

function describeOutput({ outputBytes }: ProcessInfo): string {
  return outputBytes === null ? "-" : formatBytes(outputBytes);
}
