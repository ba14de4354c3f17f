import { ForkdError, SANDBOX_ID_PATTERN } from "@forkd/contract";
import type { SandboxId, SandboxInfo } from "@forkd/contract";
import { orCancelled } from "../concurrency/abort.ts";
import type { SnapshotUser } from "../claims/holds.ts";
import type { EventStream } from "../events/event-stream.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { CallOptions } from "../ports/options.ts";
import { Adoptions } from "./adoptions.ts";
import { endMachine } from "./end-in-time.ts";
import { Sandbox } from "./sandbox.ts";
import { SuspendedSandbox } from "./suspended-sandbox.ts";
import { TimeLimits } from "./time-limits.ts";
import type { TimeLimitsOptions } from "./time-limits.ts";
import type { UnadoptedMachine } from "./unadopted-machine.ts";

/** How long a dead machine is still listed, with its reason and logs. */
const DEAD_KEPT_MS = 600_000;
/** That it was ended is told at once. */
const ENDED_TENANTS_KEPT = 1000;

export interface RegistryOptions extends Pick<TimeLimitsOptions, "onTime" | "clock"> {
  readonly events: EventStream;
  readonly onError: (error: unknown) => void;
  /** Called when a machine has died or was ended, and is no longer among the living. */
  readonly onGone?: (record: Partial<SandboxRecord>) => Promise<void>;
  /** Called when one was ended and is forgotten, whatever it was before. */
  readonly onRemoved?: (id: SandboxId) => Promise<void>;
}

/** All machines of the daemon: living ones with their time to live, suspended ones too, dead ones for a while. */
export class SandboxRegistry {
  readonly #sandboxes = new Map<SandboxId, Sandbox | SuspendedSandbox>();
  readonly #adoptions: Adoptions;
  readonly #times: TimeLimits;
  /** Of those that are dead. */
  readonly #timers = new Map<SandboxId, NodeJS.Timeout>();
  readonly #options: RegistryOptions;
  readonly #tenantsOfEnded = new Map<SandboxId, string>();

  constructor(options: RegistryOptions) {
    const { events } = options;
    this.#options = options;
    this.#times = new TimeLimits(options);
    this.#adoptions = new Adoptions({
      onAdopted: (sandbox) => {
        this.#put(sandbox);
        events.emit({ type: "sandbox.adopted", id: sandbox.record.id });
      },
      onGone: (record) => this.#noteGone(record),
      onRefused: (id, why) => events.emit({ type: "sandbox.unmanaged", id, why }),
    });
  }

  add(sandbox: Sandbox): void {
    this.#sandboxes.set(sandbox.record.id, sandbox);
    this.noteTimes(sandbox.record.id);
    void sandbox.gone.then(() => this.#noteDeath(sandbox));
    void sandbox.gone.then(() => this.#noteGone(sandbox.record));
  }

  addSuspended(sandbox: SuspendedSandbox): void {
    this.#sandboxes.set(sandbox.record.id, sandbox);
    this.noteTimes(sandbox.record.id);
  }

  /** Puts one that was suspended in the place of its machine, or the other way round. Throws `sandbox_not_found`. */
  async replace(old: Sandbox | SuspendedSandbox, now: Sandbox | SuspendedSandbox): Promise<void> {
    const { id } = now.record;
    if (this.#sandboxes.get(id) !== old) {
      await now[Symbol.asyncDispose]();
      throw new ForkdError("sandbox_not_found", { id });
    }
    this.#put(now);
  }

  /** Begins to take over a machine that an earlier daemon left. */
  addUnadopted(machine: UnadoptedMachine): void {
    this.#adoptions.begin(machine);
    const { id, expiresAtUnix } = machine;
    if (expiresAtUnix !== null && (machine.record.onTimeout ?? "kill") === "kill")
      this.#times.watchEnd(id, expiresAtUnix);
  }

  /**
   * One that has a machine. Waits for it while it is just being taken over. Throws `sandbox_suspended`,
   * `sandbox_not_found`, `sandbox_unmanaged`, `cancelled`.
   */
  async find(id: SandboxId, options: CallOptions): Promise<Sandbox> {
    const sandbox = await this.findAny(id, options);
    if (sandbox instanceof Sandbox) return sandbox;
    throw new ForkdError("sandbox_suspended", { id });
  }

  /** As {@link find}, but with those that are suspended. */
  async findAny(id: SandboxId, options: CallOptions): Promise<Sandbox | SuspendedSandbox> {
    const refusal = this.#adoptions.get(id)?.refusal;
    if (refusal) throw refusal;
    return this.adopt(id, options);
  }

  /** As {@link findAny}, but tries again to take over one that is not managed. */
  async adopt(id: SandboxId, { signal }: CallOptions): Promise<Sandbox | SuspendedSandbox> {
    await orCancelled(this.#adoptions.adopt(id), signal, `taking over ${id}`);
    const sandbox = this.#sandboxes.get(id);
    if (!sandbox) throw new ForkdError("sandbox_not_found", { id });
    return sandbox;
  }

  has(id: SandboxId): boolean {
    return this.#sandboxes.has(id) || this.#adoptions.get(id) !== undefined;
  }

  /** Any machine, whether it can be controlled or not. Throws `sandbox_not_found`. */
  look(id: SandboxId): Sandbox | SuspendedSandbox | UnadoptedMachine {
    const machine = this.#sandboxes.get(id) ?? this.#adoptions.get(id);
    if (!machine) throw new ForkdError("sandbox_not_found", { id });
    return machine;
  }

  describe(): SandboxInfo[] {
    return [...this.list(), ...this.#adoptions.list()].map((machine) => machine.describe());
  }

  list(): (Sandbox | SuspendedSandbox)[] {
    return [...this.#sandboxes.values()];
  }

  /** Those that have a machine. */
  living(): Sandbox[] {
    return this.list()
      .filter((sandbox) => sandbox instanceof Sandbox)
      .filter(({ isDead }) => !isDead);
  }

  /** Those that are not ours yet. */
  unadopted(): UnadoptedMachine[] {
    return this.#adoptions.list();
  }

  /**
   * The id of the machine of a tenant that is called so, of dead ones the last; what names none, such as an id, as it is.
   * Names of tenants' machines mean nothing to others: more than one may have the same.
   */
  resolve(reference: SandboxId, tenant: string | null = null): SandboxId {
    if (SANDBOX_ID_PATTERN.test(reference)) return reference;
    const isCalledSo = (machine: Pick<SnapshotUser, "name" | "tenant">): boolean =>
      machine.name === reference && (machine.tenant ?? null) === tenant;
    const living = this.users().find(isCalledSo);
    return living?.id ?? this.list().findLast(({ record }) => isCalledSo(record))?.record.id ?? reference;
  }

  /** What a machine is called, if it is there and called anything. */
  nameOf(id: SandboxId): string | null {
    return (this.has(id) && this.look(id).record.name) || null;
  }

  /** Whose a machine is, also of one that was just ended. */
  tenantOf(id: SandboxId): string | undefined {
    const tenant = this.has(id) ? this.look(id).record.tenant : this.#tenantsOfEnded.get(id);
    return tenant ?? undefined;
  }

  /** Has the time limits of a machine be those of its record, which was changed. */
  noteTimes(id: SandboxId): void {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox && !sandbox.isDead) this.#times.watch(sandbox);
  }

  /** Every machine that is not dead, with the snapshot that it runs from. */
  users(): SnapshotUser[] {
    return [
      ...this.list()
        .filter(({ isDead }) => !isDead)
        .map((sandbox) => {
          const { id, snapshotId, name, tenant } = sandbox.record;
          return { id, snapshotId, name, tenant, isSuspended: sandbox instanceof SuspendedSandbox };
        }),
      ...this.unadopted().map(({ id, record: { snapshotId, name, tenant }, isSuspended }) => {
        return { id, snapshotId, name, tenant, isSuspended };
      }),
    ];
  }

  /**
   * Ends a machine and forgets it, also one that cannot be controlled. Where its process hangs, what is its own is removed
   * when that has ended. Throws `sandbox_not_found`.
   */
  async remove(id: SandboxId): Promise<void> {
    const { tenant } = this.look(id).record;
    if (tenant) noteEnded(this.#tenantsOfEnded, id, tenant);
    await this.#adoptions.remove(id);
    const sandbox = this.#sandboxes.get(id);
    this.#clearTimer(id);
    this.#times.forget(id);
    this.#sandboxes.delete(id);
    if (sandbox) await endMachine(sandbox, this.#options.onError);
    // One that has a process says so itself when that has ended.
    if (sandbox instanceof SuspendedSandbox) this.#noteGone(sandbox.record);
    await this.#options.onRemoved?.(id);
  }

  /** Lets go of all machines without ending them. */
  async releaseAll(): Promise<void> {
    await this.#adoptions.releaseAll();
    for (const id of this.#timers.keys()) this.#clearTimer(id);
    this.#times.forgetAll();
    const machines = this.list().filter((sandbox) => sandbox instanceof Sandbox);
    await Promise.all(machines.map((sandbox) => sandbox.release()));
    this.#sandboxes.clear();
  }

  #put(sandbox: Sandbox | SuspendedSandbox): void {
    if (sandbox instanceof Sandbox) this.add(sandbox);
    else this.addSuspended(sandbox);
  }

  /** Of one that was ended and forgotten, nobody needs to hear. */
  #noteDeath(sandbox: Sandbox): void {
    const { id } = sandbox.record;
    if (this.#sandboxes.get(id) !== sandbox || !sandbox.isDead) return;
    this.#options.events.emit({ type: "sandbox.died", id, why: sandbox.describe().died?.why ?? "" });
    this.#times.forget(id);
    this.#forgetLater(id);
  }

  #noteGone(record: Partial<SandboxRecord>): void {
    if (record.id !== undefined && !this.#sandboxes.has(record.id)) this.#times.forget(record.id);
    void this.#options.onGone?.(record).catch(this.#options.onError);
  }

  #forgetLater(id: SandboxId): void {
    const onTime = (): void => void this.remove(id).catch(this.#options.onError);
    this.#timers.set(id, setTimeout(onTime, DEAD_KEPT_MS).unref());
  }

  #clearTimer(id: SandboxId): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}

function noteEnded(tenants: Map<SandboxId, string>, id: SandboxId, tenant: string): void {
  tenants.set(id, tenant);
  const [oldest] = tenants.keys();
  if (oldest !== undefined && tenants.size > ENDED_TENANTS_KEPT) tenants.delete(oldest);
}
