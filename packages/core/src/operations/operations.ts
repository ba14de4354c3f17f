import { redactAddress } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import type { ProgressOptions } from "../ports/options.ts";
import { doAudited } from "./audited.ts";
import { createBranchOperations } from "./branch.ts";
import type { Caller } from "./caller.ts";
import { clarifyName } from "./clarify-names.ts";
import { createContextOperations } from "./contexts.ts";
import { createDirectoryOperations } from "./directories.ts";
import { createFileContentOperations } from "./file-content.ts";
import { createFileOperations } from "./files.ts";
import { createForkOperations } from "./fork.ts";
import { createGroupOperations } from "./fork-group.ts";
import { createGuestOperations } from "./guest.ts";
import { createImageOperations } from "./images.ts";
import { createJobOperations } from "./jobs.ts";
import { createLifeOperations } from "./life.ts";
import { createLineageOperations } from "./lineage.ts";
import { createMetricsOperations } from "./metrics.ts";
import { createNetnsOperations } from "./netns.ts";
import { createPackOperations } from "./packs.ts";
import type { OperationPorts } from "./ports.ts";
import { whenRecovered } from "./recovery.ts";
import { createSandboxOperations } from "./sandboxes.ts";
import { createSnapshotOperations } from "./snapshots.ts";
import { createStopOperations } from "./stop.ts";
import { createTcpOperations } from "./tcp.ts";
import { createTenantOperations } from "./tenants.ts";
import { hideOthers, requireTenantsOwn, TENANT_RULES } from "./tenant-rules.ts";
import type { TenantRule } from "./tenant-rules.ts";
import { createTokenOperations } from "./tokens.ts";
import { createWebhookOperations } from "./webhooks.ts";
import { createWorkspaceOperations } from "./workspaces.ts";
import { createUpdateOperations } from "./update-sandbox.ts";

/** Every use case, each called as `(caller, order, options)`. A face parses, calls one, and renders what it gives. */
export type Operations = ReturnType<typeof collect>;

function collect(ports: OperationPorts) {
  return {
    ...createSandboxOperations(ports),
    ...createUpdateOperations(ports),
    ...createLifeOperations(ports),
    ...createStopOperations(ports),
    ...createGuestOperations(ports),
    ...createFileOperations(ports),
    ...createContextOperations(ports),
    ...createMetricsOperations(ports),
    ...createFileContentOperations(ports),
    ...createDirectoryOperations(ports),
    ...createTcpOperations(ports),
    ...createNetnsOperations(ports),
    ...createTokenOperations(ports),
    ...createTenantOperations(ports),
    ...createWebhookOperations(ports),
    ...createJobOperations(ports),
    ...createStoreOperations(ports),
  };
}

/** Those that read or write what recovery may be removing. */
function createStoreOperations(ports: OperationPorts) {
  const operations = {
    ...createImageOperations(ports),
    ...createSnapshotOperations(ports),
    ...createLineageOperations(ports),
    ...createPackOperations(ports),
    ...createForkOperations(ports),
    ...createGroupOperations(ports),
    ...createBranchOperations(ports),
    ...createWorkspaceOperations(ports),
  };
  return wrapAll(operations, (operation) => async (caller, order, options) => {
    await whenRecovered(ports, options);
    return await operation(caller, order, options);
  });
}

type StoreOperations = ReturnType<typeof createStoreOperations>;
type OrderOf<Name extends keyof StoreOperations> = Parameters<StoreOperations[Name]>[1];

/** An operation that is added does not compile before it is said what it is to tenants. */
const RULES: { readonly [Name in keyof Operations]: TenantRule } = TENANT_RULES;

/** Long work, which others can see and cancel: the name of its job, and what it works on. */
const JOBS = {
  buildImage: job<"buildImage">("buildImage", ({ name }) => name),
  createSnapshot: job<"createSnapshot">("createSnapshot", ({ tag }) => tag),
  compactSnapshot: job<"compactSnapshot">("compactSnapshot", ({ tag }) => tag),
  packSnapshot: job<"packSnapshot">("packSnapshot", ({ tag }) => tag),
  pushSnapshot: job<"pushSnapshot">("pushSnapshot", ({ tag }) => tag),
  pullSnapshot: job<"pullSnapshot">("pullSnapshot", ({ tag, source }) => tag ?? redactAddress(source)),
  fork: job<"fork">("createSandboxes", ({ snapshot_tag }) => snapshot_tag),
  forkGroup: job<"forkGroup">("createGroup", ({ link }) => link),
  createWorkspace: job<"createWorkspace">("createWorkspace", ({ name }) => name),
  forkSandbox: job<"forkSandbox">("forkSandbox", ({ id }) => id),
};

function job<Name extends keyof StoreOperations>(kind: string, subjectOf: (order: OrderOf<Name>) => string) {
  return { kind, subjectOf };
}

/**
 * Puts the operations together. A machine may be called by its name in every order, and an error about a name says of
 * every one of them what it is the name of instead.
 */
export function createOperations(ports: OperationPorts): Operations {
  const operations = wrapAll(collect(ports), (operation) => async (caller, order, options) => {
    try {
      return await operation(caller, order, options);
    } catch (error) {
      throw hideOthers(await clarifyName(error, ports, caller), caller);
    }
  });
  const withJobs = wrapAll(operations, (operation, name) => {
    const known = Object.hasOwn(JOBS, name) ? (JOBS[name as keyof typeof JOBS] as JobName) : undefined;
    if (known === undefined) return operation;
    return (caller, order, options) => {
      const subject = known.subjectOf(order);
      const work = (inJob: ProgressOptions): Promise<unknown> => operation(caller, order, inJob);
      return ports.jobs.start({ kind: known.kind, subject }, caller, options, work).result;
    };
  });
  return wrapAll(withJobs, (operation, name) => async (caller, asked, options) => {
    const order = resolveId(ports, caller, asked as AnyOrder);
    const act = { caller, operation: name, order };
    return await doAudited(ports.audit, ports.onError, act, async () => {
      await requireTenantsOwn(ports, RULES[name as keyof Operations], act);
      return await operation(caller, order, options);
    });
  });
}

/** What an order of any operation may have: of those that have an id, it is a machine's. */
interface AnyOrder {
  readonly id?: SandboxId;
}

function resolveId({ registry }: OperationPorts, { tenant }: Caller, order: AnyOrder): AnyOrder {
  return order.id === undefined ? order : { ...order, id: registry.resolve(order.id, tenant) };
}

interface JobName {
  readonly kind: string;
  readonly subjectOf: (order: unknown) => string;
}

type AnyOperation = (caller: Caller, order: unknown, options: ProgressOptions) => Promise<unknown>;
type Wrapped = Record<string, (caller: Caller, order: never, options: never) => Promise<unknown>>;

/** The same operations, each with something around it. */
function wrapAll<Table extends Wrapped>(
  table: Table,
  wrap: (operation: AnyOperation, name: string) => AnyOperation,
): Table {
  const entries = Object.entries(table).map(([name, operation]) => [
    name,
    wrap(operation as unknown as AnyOperation, name),
  ]);
  return Object.fromEntries(entries) as Table;
}
