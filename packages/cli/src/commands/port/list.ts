import { toWire } from "@forkd/sdk";
import type { PortInfo, PublishedPort } from "@forkd/sdk";
import { printJson, printNote } from "../../output/print.ts";
import { printTable } from "../../output/table.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createListCommand() {
  return daemonCommand("ls")
    .summary("list what listens")
    .description("List the TCP ports that programs in a sandbox listen on.")
    .argument("<id>", "the sandbox")
    .addHelpText("after", example("forkd port ID", "forkd port ls @last"))
    .action((id, options) =>
      lookAtDaemon(options, async ({ signal, find }) => {
        const sandbox = await find(id);
        const listening = await sandbox.ports.list({ signal });
        const { publishedPorts } = await sandbox.refresh({ signal });
        const ports = [...listening, ...listSilent(publishedPorts, listening)];
        if (options.json) return printJson(toWire(ports));
        if (ports.length === 0) return printNote("nothing listens there");
        return printTable(ports, [
          { head: "PORT", cell: ({ port }) => String(port), align: "right" },
          { head: "ADDRESS", cell: ({ address }) => address },
          { head: "PID", cell: ({ pid }) => String(pid ?? "?"), align: "right" },
          { head: "COMMAND", cell: ({ command }) => command ?? "?" },
          { head: "PUBLISHED", cell: ({ hostPort }) => (hostPort === null ? "-" : `127.0.0.1:${hostPort}`) },
        ]);
      }),
    );
}

/** Those that are published, and nothing listens there. */
function listSilent(published: readonly PublishedPort[], listening: readonly PortInfo[]): PortInfo[] {
  const isSilent = ({ port }: PublishedPort): boolean => listening.every((one) => one.port !== port);
  return published
    .filter(isSilent)
    .map(({ port, hostPort }) => ({ port, hostPort, address: "-", pid: null, command: null }));
}
