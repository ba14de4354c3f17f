import { ForkdError, labelsSchema } from "@forkd/contract";
import type { SandboxId, SandboxInfo, SandboxUpdate } from "@forkd/contract";
import { NEVER } from "../concurrency/abort.ts";
import { checkLimits, makeRoomForVmm } from "../fork/check-limits.ts";
import { expiryIn } from "../model/expiry.ts";
import { changesLimits, limitsOf } from "../model/limits.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { CallOptions } from "../ports/options.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { SuspendedSandbox } from "../sandbox/suspended-sandbox.ts";
import type { Asked } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

interface UpdateOrder {
  readonly id: SandboxId;
  readonly update: SandboxUpdate;
}

/** What users say of a machine: its name, its labels, its limits, when it ends. */
export function createUpdateOperations({ registry, claims, events, lives }: OperationPorts) {
  return {
    async updateSandbox(
      ...[caller, { id, update: asked }, options]: Asked<UpdateOrder>
    ): Promise<SandboxInfo> {
      // Whether its limits are its record's or those of its process is known for sure in its own turn alone.
      using _turn = changesLimits(asked)
        ? await lives.take(id, `a change of the limits of ${id}`, options)
        : undefined;
      const sandbox = await registry.findAny(id, options);
      const update = makeRoomForVmm(asked, sandbox.record);
      const { name, network } = update;
      await using undo = new AsyncDisposableStack();
      if (changesLimits(update)) undo.use(await changeLimits(sandbox, update, options));
      if (network) undo.use(await changeEgress(sandbox, network, options));
      using claim = new DisposableStack();
      await sandbox.update((record) => {
        if (record.isWorkspace) refuseEnd(update);
        // What it is called is known for sure in its own turn alone.
        if (typeof name === "string" && name !== record.name)
          claim.use(claims.names.take([name], record.tenant));
        return describeChange(record, update);
      });
      undo.move();
      registry.noteTimes(id);
      const changed = Object.keys(update).filter(
        (field) => update[field as keyof SandboxUpdate] !== undefined,
      );
      if (changed.length > 0)
        events.emit({ type: "sandbox.updated", id, name: sandbox.record.name, changed }, caller);
      return sandbox.describe();
    },
  };
}

/** Puts other limits in force; disposal takes that back. */
async function changeLimits(
  sandbox: Sandbox | SuspendedSandbox,
  update: SandboxUpdate,
  options: CallOptions,
): Promise<AsyncDisposable> {
  const from = sandbox.record;
  const to = limitsOf(update, from);
  checkLimits(to, from);
  await sandbox.limit({ from, to }, options);
  return { [Symbol.asyncDispose]: () => sandbox.limit({ from: to, to: from }, { signal: NEVER }) };
}

/** The same of what it may reach. */
async function changeEgress(
  sandbox: Sandbox | SuspendedSandbox,
  { egress }: NonNullable<SandboxUpdate["network"]>,
  options: CallOptions,
): Promise<AsyncDisposable> {
  const { network: known } = sandbox.record;
  await sandbox.setEgress(egress, options);
  return { [Symbol.asyncDispose]: () => sandbox.setEgress(known.egress, { signal: NEVER }) };
}

/** A workspace is found by its name, and suspended rather than ended. Throws `invalid_request`. */
function refuseEnd({ name, on_timeout: onTimeout, on_idle: onIdle }: SandboxUpdate): void {
  const message = "is not for a workspace, which has a name and is suspended, not ended; DELETE ends it";
  const wrong = { name: name === null, on_timeout: onTimeout === "kill", on_idle: onIdle === "kill" };
  const paths = Object.entries(wrong).flatMap(([path, isWrong]) => (isWrong ? [path] : []));
  if (paths.length > 0)
    throw new ForkdError("invalid_request", { issues: paths.map((path) => ({ path, message })) });
}

function describeChange(record: SandboxRecord, update: SandboxUpdate): Partial<SandboxRecord> {
  const {
    name,
    labels,
    ttl_secs: ttlSecs,
    on_timeout: onTimeout,
    idle_timeout_secs: idleTimeoutSecs,
    on_idle: onIdle,
    public_ports: publicPorts,
  } = update;
  return {
    ...limitsOf(update, record),
    ...(name !== undefined && { name }),
    ...(labels !== undefined && { labels: changeLabels(record.labels, labels) }),
    ...(ttlSecs !== undefined && { ttlSecs, expiresAtUnix: expiryIn(ttlSecs) }),
    ...(onTimeout !== undefined && { onTimeout }),
    ...(idleTimeoutSecs !== undefined && { idleTimeoutSecs }),
    ...(onIdle !== undefined && { onIdle }),
    ...(publicPorts !== undefined && { publicPorts }),
  };
}

/** Throws `invalid_request` when there would be too many. */
function changeLabels(
  known: SandboxRecord["labels"],
  changes: NonNullable<SandboxUpdate["labels"]> | null,
): SandboxRecord["labels"] {
  const kept = Object.entries({ ...known, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  const labels = labelsSchema.safeParse(changes === null ? {} : Object.fromEntries(kept));
  if (labels.success) return labels.data;
  const issues = labels.error.issues.map(({ message }) => ({ path: "labels", message }));
  throw new ForkdError("invalid_request", { issues });
}
