import type { Services } from "../../../services.ts";
import type { EnvdRoutes } from "./envd-call.ts";
import { sendJson } from "../send-json.ts";

/** What is used in the sandbox now. */
export function createMetricsRoutes({ operations }: Services): EnvdRoutes {
  return {
    "GET /metrics": async (call, _, response) => {
      const { vcpus, now, guest } = await operations.measureSandbox(
        call.caller,
        { ...call, guest: true },
        call,
      );
      sendJson(response, {
        ts: Math.floor(now.at_unix_ms / 1000),
        cpu_count: vcpus,
        cpu_used_pct: now.cpu_percent ?? 0,
        mem_total: guest?.memory_total_bytes,
        mem_used: guest?.memory_used_bytes,
        disk_used: guest?.disk_used_bytes,
        disk_total: guest?.disk_total_bytes,
      });
    },
  };
}
