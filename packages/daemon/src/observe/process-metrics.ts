import { readdir } from "node:fs/promises";
import type { Registry } from "prom-client";
import { addGauge, addTotal } from "./gauge.ts";

const STARTED_AT = Math.floor(Date.now() / 1000 - process.uptime());

/** The daemon's own process, by the names that all programs have for this. */
export function addProcessMetrics(registry: Registry): void {
  const cpu = { name: "process_cpu_seconds_total", help: "CPU time of the daemon itself." };
  addTotal(registry, cpu, () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  const memory = { name: "process_resident_memory_bytes", help: "Resident memory of the daemon itself." };
  addGauge(registry, memory, (set) => set(process.memoryUsage.rss()));
  const descriptors = { name: "process_open_fds", help: "Descriptors that the daemon has open." };
  addGauge(registry, descriptors, async (set) => set((await readdir("/proc/self/fd")).length));
  const start = { name: "process_start_time_seconds", help: "When the daemon started, since 1970." };
  addGauge(registry, start, (set) => set(STARTED_AT));
}
