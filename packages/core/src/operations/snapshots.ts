import { ForkdError, SNAPSHOT_ID_PATTERN } from "@forkd/contract";
import type { SnapshotInfo, SnapshotRequest } from "@forkd/contract";
import { describeEntry, describeSnapshot, describeWritten } from "../model/snapshot-view.ts";
import type { ProgressOptions } from "../ports/options.ts";
import type { GarbageReport, RemoveSnapshotOptions } from "../ports/snapshots.ts";
import { createSnapshot } from "../snapshot/create-snapshot.ts";
import { ownsName, seesName, seesSandbox } from "../tenants/sight.ts";
import type { Asked, Caller } from "./caller.ts";
import { pageOf } from "./page.ts";
import type { Page, PageOrder } from "./page.ts";
import type { OperationPorts } from "./ports.ts";
import { requireNoTenant } from "./tenant-rules.ts";
import { dropZygotes, prepareZygote } from "./zygote-upkeep.ts";

interface OneSnapshot {
  readonly tag: string;
}

/** Snapshots: make, list, remove. */
export function createSnapshotOperations(ports: OperationPorts) {
  const { snapshots, claims, events } = ports;
  return {
    listSnapshots: async (...[caller, order]: Asked<PageOrder>): Promise<Page<SnapshotInfo>> =>
      pageOf(await listSeen(ports, caller), order, ({ tag }) => [tag]),

    async describeSnapshot(...[caller, { tag }]: Asked<OneSnapshot>): Promise<SnapshotInfo> {
      const infos = await listSeen(ports, caller);
      const found = infos.find((info) => info.tag === tag);
      if (found) return found;
      const known = infos.filter(({ status }) => status !== "writing").map((info) => info.tag);
      throw new ForkdError("snapshot_not_found", { tag, known });
    },

    async createSnapshot(
      caller: Caller,
      request: SnapshotRequest,
      options: ProgressOptions,
    ): Promise<SnapshotInfo> {
      using _quota = await ports.quotas.admit(caller.tenant);
      const snapshot = await createSnapshot(ports, request, options);
      const { tag, manifest } = snapshot;
      events.emit({ type: "snapshot.created", tag, id: manifest.id, build_ms: manifest.buildMs }, caller);
      void prepareZygote(ports, manifest.id);
      return describeSnapshot(snapshot, claims.holds.users());
    },

    /** Gives the tags that went. */
    async removeSnapshot(
      ...[caller, { tag, dependents }]: Asked<OneSnapshot & RemoveSnapshotOptions>
    ): Promise<string[]> {
      if (dependents === "cascade" && caller.tenant !== undefined)
        await requireOwnDependents(ports, caller, tag);
      const removed = await snapshots.remove(tag, dependents === undefined ? {} : { dependents });
      for (const each of removed) events.emit({ type: "snapshot.removed", tag: each }, caller);
      await dropZygotes(ports);
      return removed;
    },

    async compactSnapshot(
      caller: Caller,
      { tag: from, to }: OneSnapshot & { readonly to: string },
      options: ProgressOptions,
    ): Promise<SnapshotInfo> {
      using _quota = await ports.quotas.admit(caller.tenant);
      const snapshot = await snapshots.compact(from, to, options);
      events.emit({ type: "snapshot.compacted", tag: to, id: snapshot.manifest.id, from }, caller);
      return describeSnapshot(snapshot, claims.holds.users());
    },

    /** Gives what was removed, or would be, and its bytes in all. */
    async collectGarbage(
      ...[caller, order]: Asked<{ readonly dryRun: boolean }>
    ): Promise<GarbageReport & { readonly bytes: number }> {
      const { removed } = await snapshots.collectGarbage(order);
      const bytes = removed.reduce((sum, each) => sum + each.bytes, 0);
      if (!order.dryRun) await dropZygotes(ports);
      if (!order.dryRun && removed.length > 0)
        events.emit({ type: "garbage.collected", removed: removed.length, bytes }, caller);
      return { removed, bytes };
    },
  };
}

/** Those that are stored, whole or not, and those that are being written. */
async function listAll({ snapshots, claims }: OperationPorts): Promise<SnapshotInfo[]> {
  // In this order: one that is stored meanwhile is in one list at least.
  const written = claims.tags.listWritten();
  const entries = await snapshots.list();
  const users = claims.holds.users();
  const stored = entries.map((entry) => describeEntry(entry, users));
  const tags = new Set(stored.map(({ tag }) => tag));
  return [...stored, ...written.filter(({ tag }) => !tags.has(tag)).map(describeWritten)];
}

/** The same by the tags that a caller sees, with the machines of each that the caller sees. */
async function listSeen(ports: OperationPorts, caller: Caller): Promise<SnapshotInfo[]> {
  const infos = (await listAll(ports)).filter(({ tag }) => seesName(caller, tag));
  if (caller.tenant === undefined) return infos;
  const machines = ports.registry.users().filter((machine) => seesSandbox(caller, machine));
  const countOf = (id: string | null): number =>
    machines.filter(({ snapshotId }) => snapshotId === id).length;
  return infos.map((info) => ({ ...info, sandboxes: countOf(info.id) }));
}

/** Throws `not_permitted` when somebody else's would be removed too. */
async function requireOwnDependents(
  { snapshots }: OperationPorts,
  caller: Caller,
  tag: string,
): Promise<void> {
  const { dependents } = await snapshots.describeFamily(tag);
  if (!dependents.every((name) => SNAPSHOT_ID_PATTERN.test(name) || ownsName(caller, name)))
    requireNoTenant(caller);
}
