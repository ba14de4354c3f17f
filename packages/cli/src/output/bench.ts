import type { BenchResults } from "../bench/run-bench.ts";
import type { Summary } from "../bench/statistics.ts";
import { printFacts } from "./facts.ts";
import { printLine } from "./print.ts";
import { printTable } from "./table.ts";
import type { Column } from "./table.ts";
import { formatBytes, formatDuration } from "./units.ts";

const MIB = 1024 * 1024;

type Row = readonly [clock: string, summary: Summary];

/** Prints the machine, and below it a line for each clock. */
export function printBench({ snapshot, capabilities, ...clocks }: BenchResults): void {
  const { engine, engineVersion, cpuModel, accelerator, acceleratorReason, parallelism } = capabilities;
  const memory = formatBytes(snapshot.memoryMib * MIB);
  printFacts([
    ["engine", `${engine} ${engineVersion}, CPU ${cpuModel}`],
    ["accelerator", `${accelerator}: ${acceleratorReason}`],
    ["sandboxes", `${parallelism} start at once`],
    ["snapshot", `${snapshot.tag}: ${memory} of memory, vCPUs: ${snapshot.vcpus}`],
  ]);
  printLine("");
  printTable(listClocks(clocks), [
    { head: "CLOCK", cell: ([clock]) => clock },
    ...(["p50", "p90", "p99", "min", "max"] as const).map(quantityColumn),
    { head: "RUNS", cell: ([, { runs }]) => String(runs), align: "right" },
  ]);
}

function listClocks({
  oneFork,
  manyForks,
  branches,
  roundTrips,
}: Omit<BenchResults, "snapshot" | "capabilities">): Row[] {
  const { n, wall, amortised } = manyForks;
  return [
    ["one fork: VMM restore", oneFork.vmmRestore],
    ["one fork: API running", oneFork.apiRunning],
    ["one fork: first eval answered", oneFork.firstEval],
    [`${n} at once: every eval answered`, wall],
    [`${n} at once: per child`, amortised],
    ["branch: pause of the source", branches.pause],
    ["branch: snapshot written", branches.written],
    ["branch: a fork of it answered", branches.firstEval],
    ["round trip: eval", roundTrips.eval],
    ["round trip: exec true", roundTrips.execTrue],
    ["round trip: ping", roundTrips.ping],
  ];
}

function quantityColumn(name: Exclude<keyof Summary, "runs">): Column<Row> {
  return { head: name.toUpperCase(), cell: ([, summary]) => formatDuration(summary[name]), align: "right" };
}
