import Registry from "prom-client/lib/registry.js";
import type { Watch } from "../http/requests/watch-answer.ts";
import { VERSION } from "../version.ts";
import { countEvents } from "./count-events.ts";
import { addDaemonGauges } from "./daemon-gauges.ts";
import type { Daemon } from "./daemon-gauges.ts";
import { addGauge } from "./gauge.ts";
import { addProcessMetrics } from "./process-metrics.ts";
import { countRequests } from "./request-metrics.ts";
import { addUsageGauges } from "./usage-gauges.ts";

/** Figures of a daemon since it started, and as it stands. */
export interface Metrics {
  /** Counts requests. */
  readonly watch: Watch;
  /**
   * All of them in Prometheus' text format. No guest is asked, and no machine measured: what machines use is as of their
   * last sample, which is half a minute old at most.
   */
  render(): Promise<string>;
}

export function createMetrics(daemon: Daemon): Metrics {
  const registry = new Registry();
  const build = {
    name: "forkd_build_info",
    help: "1, with the version of the daemon.",
    labels: ["version"] as const,
  };
  addGauge(registry, build, (set) => set(1, { version: VERSION }));
  addDaemonGauges(registry, daemon);
  addUsageGauges(registry, daemon);
  addProcessMetrics(registry);
  countEvents(registry, daemon.events);
  return { watch: countRequests(registry), render: () => registry.metrics() };
}
