import type { Summary } from "@forkd/cli";
import type { Results } from "../results.ts";

type Row = readonly [what: string, unit: string, summary: Summary | null];

/** The results as a Markdown table, with each peer's ratio to a fork. */
export function renderTable(results: Results): string {
  const rows = [...rowsOfForks(results), ...rowsOfUse(results), ...rowsOfStarts(results)];
  const head =
    "| what | unit | p50 | p90 | p99 | min | max | runs |\n| --- | --- | --: | --: | --: | --: | --: | --: |";
  return [head, ...rows.map(renderRow)].join("\n");
}

function rowsOfForks({ oneFork, oneRestored, manyForks, idle, life }: Results): Row[] {
  return [
    ["fork: VMM restore", "ms", oneFork.vmmRestore],
    ["fork: API running", "ms", oneFork.apiRunning],
    ["**fork: first eval answered**", "ms", oneFork.firstEval],
    ["a restored child, without zygotes: first eval answered", "ms", oneRestored.firstEval],
    ...manyForks.map(({ n, wall }): Row => [`${n} children, every one answered`, "ms", wall]),
    ...manyForks.map(({ n, amortised }): Row => [`the same for each of ${n}`, "ms", amortised]),
    ["idle child: private memory", "MiB", idle.privateMib],
    ["idle child: of which guest", "MiB", idle.guestMib],
    ["idle child: CPU", "% of a core", idle.cpuPercent],
    ["pause of an idle child", "ms", life.pause],
    ["resume of a paused child", "ms", life.resume],
    ["suspend of an idle child", "ms", life.suspend],
    ["resume of a suspended child: first eval answered", "ms", life.resumeToEval],
  ];
}

function rowsOfUse({ roundTrips, ports, data, e2b }: Results): Row[] {
  return [
    ["eval round trip", "ms", roundTrips.eval],
    ["exec true round trip", "ms", roundTrips.execTrue],
    ["port: into the guest", "MiB/s", ports.intoGuest],
    ["port: out of the guest", "MiB/s", ports.outOfGuest],
    ["port: round trip of a byte", "ms", ports.roundTrip],
    ["the same within the guest", "ms", ports.roundTripInside],
    [`a file of ${data.fileMib} MiB written`, "ms", data.write],
    [`a file of ${data.fileMib} MiB read`, "ms", data.read],
    ["the daemon's memory meanwhile", "MiB", data.residentMib],
    [`a watch of ${data.watchedFiles} files: told of ${data.changes} changes`, "changes", data.changesTold],
    [`output of ${data.outputMib} MiB, left and taken up each 8 MiB`, "ms", data.output],
    ["E2B's client: from create to a first runCode answered", "ms", e2b.firstCode],
    ["E2B's client: commands.run('true')", "ms", e2b.commandTrue],
    ["E2B's client: 10 MiB written", "ms", e2b.write],
    ["E2B's client: 10 MiB read", "ms", e2b.read],
  ];
}

function rowsOfStarts({ commands, starts, peers, oneFork }: Results): Row[] {
  const forkMs = oneFork.firstEval.p50;
  return [
    ["forkd --help", "ms", commands.help],
    ["forkd fork --help", "ms", commands.verbHelp],
    ["forkd VERB --help, of every verb", "ms", commands.everyHelp],
    ["daemon ready", "ms", commands.daemonReady],
    ["forkd-mcp ready: initialize answered", "ms", starts.mcpReady],
    ["TypeScript: import of @forkd/sdk", "ms", starts.sdkImport],
    ["Python: import forkd", "ms", starts.pythonImport],
    [`peer: cold boot of the image in QEMU${ratio(peers.coldBoot, forkMs)}`, "ms", peers.coldBoot],
    [`peer: cold python process${ratio(peers.coldProcess, forkMs)}`, "ms", peers.coldProcess],
    [
      `peer: cold container (${peers.coldContainer?.runtime ?? "no OCI runtime"})${ratio(peers.coldContainer, forkMs)}`,
      "ms",
      peers.coldContainer,
    ],
  ];
}

function renderRow([what, unit, summary]: Row): string {
  if (!summary) return `| ${what} | ${unit} | cannot run here | | | | | |`;
  const { p50, p90, p99, min, max, runs } = summary;
  return `| ${what} | ${unit} | ${[p50, p90, p99, min, max].map(format).join(" | ")} | ${runs} |`;
}

function ratio(peer: Summary | null, forkMs: number): string {
  return peer ? ` (${(peer.p50 / forkMs).toFixed(1)} × a fork)` : "";
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
