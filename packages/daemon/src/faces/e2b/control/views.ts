import type { SandboxInfo, SnapshotInfo } from "@forkd/contract";
import type { OperationPorts } from "@forkd/core";
import { ENVD_VERSION } from "../envd-version.ts";
import { signSandboxToken, signTrafficToken } from "../sandbox-token.ts";
import { describeNetwork } from "./network.ts";

/** There is one. */
const CLIENT_ID = "forkd";
/** E2B's sandboxes all end; one of ours that does not is said to end in ten years. */
const NO_END_SECS = 315_360_000;
const MIB = 1024 ** 2;

const toTime = (unix: number): string => new Date(unix * 1000).toISOString();

/** What opens a sandbox, for who has just made it or asks for it. */
export async function describeAccess(
  ports: Pick<OperationPorts, "urlKey">,
  { id, snapshot_tag: tag }: Pick<SandboxInfo, "id" | "snapshot_tag">,
  domain: string,
) {
  return {
    sandboxID: id,
    templateID: tag,
    alias: tag,
    clientID: CLIENT_ID,
    envdVersion: ENVD_VERSION,
    envdAccessToken: await signSandboxToken(ports, id),
    trafficAccessToken: await signTrafficToken(ports, id),
    domain,
  };
}

/** Those that E2B would list: what has died is gone for its clients, and what cannot be controlled is not there. */
export function isListed({ status }: SandboxInfo): boolean {
  return status !== "dead" && status !== "unmanaged";
}

/** Whether it stands still, in memory or on disk: E2B has one word for both. */
export function isPaused({ status }: SandboxInfo): boolean {
  return status === "paused" || status === "suspended";
}

export function describeListed(info: SandboxInfo) {
  return {
    sandboxID: info.id,
    templateID: info.snapshot_tag,
    alias: info.snapshot_tag,
    clientID: CLIENT_ID,
    startedAt: toTime(info.created_at_unix),
    endAt: toTime(info.expires_at_unix ?? info.created_at_unix + NO_END_SECS),
    cpuCount: info.vcpus,
    memoryMB: info.memory_mib,
    diskSizeMB: 0,
    state: isPaused(info) ? "paused" : "running",
    metadata: info.labels,
    envdVersion: ENVD_VERSION,
    volumeMounts: [],
  };
}

export function describeDetail(info: SandboxInfo, domain: string) {
  const { mode, egress } = info.network;
  return {
    ...describeListed(info),
    domain,
    allowInternetAccess: mode !== "none" && egress !== "deny",
    network: { ...describeNetwork(info.network), allowPublicTraffic: info.public_ports },
    lifecycle: {
      onTimeout: info.on_timeout === "kill" ? "kill" : "pause",
      autoResume: info.auto_resume,
    },
  };
}

/** A snapshot as one of E2B's templates. */
export function describeTemplate(info: SnapshotInfo) {
  return {
    templateID: info.tag,
    buildID: info.id ?? "",
    aliases: [info.tag],
    names: [info.tag],
    cpuCount: info.vcpus,
    memoryMB: info.memory_mib,
    diskSizeMB: Math.ceil(info.physical_bytes / MIB),
    public: false,
    createdAt: toTime(info.created_at_unix),
    updatedAt: toTime(info.created_at_unix),
    createdBy: null,
    lastSpawnedAt: null,
    spawnCount: info.sandboxes,
    buildCount: 1,
    envdVersion: ENVD_VERSION,
    buildStatus: info.status === "writing" ? "building" : info.status === "failed" ? "error" : "ready",
  };
}

export function describeSnapshot({ tag }: Pick<SnapshotInfo, "tag">) {
  return { snapshotID: tag, names: [tag] };
}
