import type { GuestUsage, SandboxMetrics } from "@forkd/sdk";
import { formatShare } from "../metrics/cpu-shares.ts";
import type { CpuShares } from "../metrics/cpu-shares.ts";
import { renderTable } from "./table.ts";
import type { Column } from "./table.ts";
import { formatBytes } from "./units.ts";

/** What sandboxes use, as a table. CPU since the last round, or else since the daemon's last sample. */
export function renderStats(all: readonly SandboxMetrics[], shares: CpuShares): string[] {
  const lines = renderTable(all, [
    { head: "SANDBOX", cell: ({ id }) => id },
    ...(all.some(({ name }) => name !== null) ? [nameColumn] : []),
    { head: "STATUS", cell: ({ status }) => status },
    { head: "CPU", cell: (one) => formatShare(shareOf(one, shares)), align: "right" },
    { head: "PRIVATE", cell: ({ now }) => formatBytes(now.memoryPrivateBytes), align: "right" },
    { head: "SHARED", cell: ({ now }) => formatBytes(now.memorySharedBytes), align: "right" },
    { head: "DISK", cell: ({ now }) => formatBytes(now.diskBytes), align: "right" },
    { head: "GUEST MEMORY", cell: ({ guest }) => describePart(guest, "memory"), align: "right" },
    { head: "GUEST DISK", cell: ({ guest }) => describePart(guest, "disk"), align: "right" },
    { head: "NET I/O", cell: ({ guest }) => describeTraffic(guest), align: "right" },
    { head: "PROCESSES", cell: ({ guest }) => String(guest?.processes ?? "-"), align: "right" },
  ]);
  shares.turn();
  return lines;
}

/** What sandboxes used until now, one line for each time that the daemon looked. */
export function renderHistory(all: readonly SandboxMetrics[]): string[] {
  const samples = all.flatMap(({ id, name, history, now }) =>
    [...history, now].map((sample) => ({ sandbox: name ?? id, sample })),
  );
  return renderTable(samples, [
    { head: "SANDBOX", cell: ({ sandbox }) => sandbox },
    { head: "TIME", cell: ({ sample }) => new Date(sample.atUnixMs).toISOString() },
    { head: "CPU", cell: ({ sample }) => formatShare(sample.cpuPercent), align: "right" },
    { head: "PRIVATE", cell: ({ sample }) => formatBytes(sample.memoryPrivateBytes), align: "right" },
    { head: "SHARED", cell: ({ sample }) => formatBytes(sample.memorySharedBytes), align: "right" },
    { head: "DISK", cell: ({ sample }) => formatBytes(sample.diskBytes), align: "right" },
  ]);
}

const nameColumn: Column<SandboxMetrics> = { head: "NAME", cell: ({ name }) => name ?? "" };

function shareOf({ id, now }: SandboxMetrics, shares: CpuShares): number | null {
  return shares.of(id, { atMs: now.atUnixMs, cpuMs: now.cpuMs }) ?? now.cpuPercent;
}

/** What came in, and what went out. */
function describeTraffic(guest: GuestUsage | null): string {
  const counted = [guest?.networkReceivedBytes, guest?.networkSentBytes];
  return counted.map((bytes) => (typeof bytes === "number" ? formatBytes(bytes) : "-")).join(" / ");
}

function describePart(guest: GuestUsage | null, what: "memory" | "disk"): string {
  if (guest === null) return "-";
  const [used, total] =
    what === "memory"
      ? [guest.memoryUsedBytes, guest.memoryTotalBytes]
      : [guest.diskUsedBytes, guest.diskTotalBytes];
  return `${formatBytes(used)} of ${formatBytes(total)}`;
}
