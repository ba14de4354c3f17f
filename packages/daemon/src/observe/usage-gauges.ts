import type { UsageSample } from "@forkd/core";
import type { Registry } from "prom-client";
import type { Daemon } from "./daemon-gauges.ts";
import { addGauge } from "./gauge.ts";

interface Figure {
  readonly name: string;
  readonly help: string;
  readonly of: (sample: UsageSample) => number;
}

const FIGURES: readonly Figure[] = [
  { name: "measured", help: "Sandboxes whose use is known.", of: () => 1 },
  {
    name: "memory_private_bytes",
    help: "Memory of the host that one sandbox alone has, of all.",
    of: ({ privateBytes }) => privateBytes,
  },
  {
    name: "memory_shared_bytes",
    help: "Memory that others map as well, counted for each sandbox that maps it.",
    of: ({ sharedBytes }) => sharedBytes,
  },
  {
    name: "disk_bytes",
    help: "What the disks of sandboxes take beyond their snapshots'.",
    of: ({ diskBytes }) => diskBytes,
  },
  {
    name: "cpu_cores",
    help: "CPUs that all sandboxes take together.",
    of: ({ cpuPercent }) => (cpuPercent ?? 0) / 100,
  },
];

/** What all machines together take of their host, as of their last samples. */
export function addUsageGauges(registry: Registry, { registry: sandboxes, usage }: Daemon): void {
  const latest = (): UsageSample[] =>
    sandboxes.living().flatMap(({ record }) => usage.of(record.id).slice(-1));
  for (const { name, help, of } of FIGURES)
    addGauge(registry, { name: `forkd_sandboxes_${name}`, help }, (set) =>
      set(latest().reduce((sum, sample) => sum + of(sample), 0)),
    );
}
