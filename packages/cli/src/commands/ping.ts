import { toWire } from "@forkd/sdk";
import type { Ping } from "@forkd/sdk";
import { printFacts } from "../output/facts.ts";
import { printJson } from "../output/print.ts";
import { formatDuration } from "../output/units.ts";
import { lookAtDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("ping")
    .description("Ask a sandbox's agent how it is: versions, clock, warm interpreters.")
    .argument("<id>", "the sandbox")
    .addHelpText("after", example("forkd ping sb_4k2m9x7q0v3bz8wc"))
    .action((id, options) =>
      lookAtDaemon(options, async ({ signal, find }) => {
        const ping = await (await find(id)).ping({ signal });
        if (options.json) return printJson(toWire(ping));
        return printFacts([
          ["round trip", formatDuration(ping.roundTripMs)],
          ["agent", `${ping.agentVersion} (pid ${ping.pid} in the guest)`],
          ["guest uptime", formatDuration(ping.uptimeMs)],
          ["clock", `${formatOffset(ping.clockOffsetMs)} the host's`],
          ["python", describeInterpreter(ping.interpreters.python)],
          ["node", describeInterpreter(ping.interpreters.node)],
        ]);
      }),
    );
}

function formatOffset(ms: number): string {
  return `${formatDuration(Math.abs(ms))} ${ms < 0 ? "behind" : "ahead of"}`;
}

function describeInterpreter({ state, version, pid }: Ping["interpreters"]["python"]): string {
  return [state, version, pid === null ? null : `pid ${pid}`].filter((part) => part !== null).join(", ");
}
