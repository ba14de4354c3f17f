import Counter from "prom-client/lib/counter.js";
import Histogram from "prom-client/lib/histogram.js";
import type { Registry } from "prom-client";
import type { Watch } from "../http/requests/watch-answer.ts";

/** From what touches no guest to the building of an image. */
const SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60];

/** Counts requests by what was asked for, and failures by their codes. */
export function countRequests(registry: Registry): Watch {
  const durations = new Histogram({
    name: "forkd_http_request_duration_seconds",
    help: "From the head of a request to the end of its answer; of a stream, its whole life. 499: the caller left.",
    labelNames: ["method", "route", "status"],
    buckets: SECONDS,
    registers: [registry],
  });
  const failures = new Counter({
    name: "forkd_request_failures_total",
    help: "Requests that failed, by the code of their error.",
    labelNames: ["code"],
    registers: [registry],
  });
  return ({ method, route, status, seconds, code }) => {
    // Whoever asks for what there is not chooses no labels, and nor does the program that answers on a port.
    const labels =
      route === undefined || route === "port"
        ? { method: "", route: route ?? "none", status: `${Math.floor(status / 100)}xx` }
        : { method, route, status: String(status) };
    durations.observe(labels, seconds);
    if (code !== undefined) failures.inc({ code });
  };
}
