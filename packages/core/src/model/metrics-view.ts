import type { SandboxInfo, SandboxMetrics } from "@forkd/contract";
import type { UsageSample } from "../metrics/usage-history.ts";
import type { GuestUsage } from "../ports/guest.ts";

interface Measurements {
  readonly now: UsageSample;
  readonly history: readonly UsageSample[];
  readonly guest?: GuestUsage | undefined;
  readonly guestWhy?: string | undefined;
}

/** What a machine uses, as the API shows it. */
export function describeMetrics(
  { id, name, status, vcpus, memory_mib, memory_limit_mib }: SandboxInfo,
  { now, history, guest, guestWhy }: Measurements,
): SandboxMetrics {
  return {
    id,
    name,
    status,
    vcpus,
    memory_mib,
    memory_limit_mib,
    now: describeSample(now),
    guest: guest === undefined ? null : describeGuest(guest),
    guest_why: guestWhy ?? null,
    history: history.map(describeSample),
  };
}

function describeSample(sample: UsageSample): SandboxMetrics["now"] {
  return {
    at_unix_ms: sample.atUnixMs,
    cpu_ms: sample.cpuMs,
    cpu_percent: sample.cpuPercent,
    memory_private_bytes: sample.privateBytes,
    memory_shared_bytes: sample.sharedBytes,
    disk_bytes: sample.diskBytes,
  };
}

function describeGuest(usage: GuestUsage): NonNullable<SandboxMetrics["guest"]> {
  return {
    memory_total_bytes: usage.memoryTotalBytes,
    memory_used_bytes: Math.max(0, usage.memoryTotalBytes - usage.memoryAvailableBytes),
    disk_total_bytes: usage.diskTotalBytes,
    disk_used_bytes: Math.max(0, usage.diskTotalBytes - usage.diskAvailableBytes),
    network_received_bytes: usage.networkReceivedBytes ?? null,
    network_sent_bytes: usage.networkSentBytes ?? null,
    processes: usage.processes,
  };
}
