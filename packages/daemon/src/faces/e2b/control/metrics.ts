import type { SandboxMetrics } from "@forkd/contract";
import { z } from "zod";
import { serve } from "./e2b-call.ts";
import { sandboxParams } from "./paths.ts";

const MIB = 1024 ** 2;
const timeSchema = z.coerce.number().int().nonnegative().optional();

/** What sandboxes use. */
export const METRICS_CALLS = [
  serve({
    method: "GET",
    paths: ["/sandboxes/:sandboxID/metrics"],
    sdk: "sandbox.getMetrics",
    params: sandboxParams,
    query: z.object({ start: timeSchema, end: timeSchema }),
    status: 200,
    async handle(
      { operations },
      { params: { sandboxID: id }, query: { start = 0, end = Infinity }, ...call },
    ) {
      const metrics = await operations.measureSandbox(call.caller, { id, guest: true }, call);
      const samples = describeSamples(metrics).filter(({ timestampUnix: at }) => at >= start && at <= end);
      return { body: samples };
    },
  }),
];

/** What the host saw, the oldest first, and at the end what the guest says of itself now. */
function describeSamples({ vcpus, memory_mib: memoryMib, now, history, guest }: SandboxMetrics) {
  const total = guest?.memory_total_bytes ?? memoryMib * MIB;
  return [...history, now].map((sample) => {
    const isNow = sample === now;
    const taken = sample.memory_private_bytes + sample.memory_shared_bytes;
    return {
      timestamp: new Date(sample.at_unix_ms).toISOString(),
      timestampUnix: Math.floor(sample.at_unix_ms / 1000),
      cpuCount: vcpus,
      cpuUsedPct: sample.cpu_percent ?? 0,
      memUsed: isNow && guest ? guest.memory_used_bytes : Math.min(taken, total),
      memTotal: total,
      memCache: 0,
      diskUsed: isNow && guest ? guest.disk_used_bytes : sample.disk_bytes,
      diskTotal: guest?.disk_total_bytes ?? 0,
    };
  });
}
