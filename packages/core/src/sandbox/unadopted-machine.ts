import { ForkdError, reasonOf } from "@forkd/contract";
import type { SandboxId, SandboxInfo } from "@forkd/contract";
import { withTimeout } from "../concurrency/abort.ts";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import type { FoundMachine, MachineDirectories } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import type { ProcessName, VmmProcesses } from "../ports/processes.ts";
import { describeSandbox } from "../model/sandbox-view.ts";
import {
  expiryOf,
  findProcesses,
  listLivingNames,
  openSuspended,
  recordOf,
  suspendedRecordOf,
} from "./found-machine.ts";
import type { Sandbox } from "./sandbox.ts";
import type { SuspendedSandbox } from "./suspended-sandbox.ts";
import { takeOver } from "./take-over.ts";
import type { TakeOverPorts } from "./take-over.ts";

export interface AdoptionPorts extends TakeOverPorts {
  readonly processes: VmmProcesses;
  readonly machines: MachineDirectories;
}

const END_TIMEOUT_MS = 10_000;

/**
 * A machine that an earlier daemon left and that is not ours yet. Whatever is wrong with its record or its monitor, it
 * runs on until somebody disposes of it. Disposal ends it and removes what is its own.
 */
export class UnadoptedMachine implements AsyncDisposable {
  readonly id: SandboxId;
  readonly #ports: AdoptionPorts;
  #found: FoundMachine;
  #why: string | undefined;

  constructor(found: FoundMachine, ports: AdoptionPorts) {
    this.id = found.id;
    this.#found = found;
    this.#ports = ports;
  }

  /** Why it is not ours; undefined until the first attempt has ended. */
  get refusal(): ForkdError | undefined {
    return this.#why === undefined
      ? undefined
      : new ForkdError("sandbox_unmanaged", { id: this.id, why: this.#why });
  }

  /** The same in words. */
  get why(): string | undefined {
    return this.#why;
  }

  get directory(): string {
    return this.#found.directory.path;
  }

  get record(): Partial<SandboxRecord> {
    return recordOf(this.#found);
  }

  /** Whether it waits on disk, as far as can be told. */
  get isSuspended(): boolean {
    return this.#found.hasState && listLivingNames(this.#found, this.#ports.processes).length === 0;
  }

  get expiresAtUnix(): number | null {
    return expiryOf(this.#found);
  }

  /**
   * Tries to take it over. Gives undefined for one that is gone, once what is left of it is removed. Throws
   * `sandbox_unmanaged`.
   */
  async adopt(options: CallOptions): Promise<Sandbox | SuspendedSandbox | undefined> {
    try {
      await this.#lookAgain();
      const processes = await findProcesses(this.#found, this.#ports.processes);
      const suspended = suspendedRecordOf(this.#found, processes);
      if (suspended) return await this.#adoptSuspended(suspended, processes, options);
      // One that may be suspended needs no process to be whole.
      if (processes.length > 0 || this.#found.hasState)
        return await takeOver(this.#found, this.#ports, options);
      await this[Symbol.asyncDispose]();
      return undefined;
    } catch (cause) {
      const why = reasonOf(cause);
      this.#why = why;
      throw new ForkdError("sandbox_unmanaged", { id: this.id, why }, { cause });
    }
  }

  async #adoptSuspended(
    record: SandboxRecord,
    names: readonly ProcessName[],
    { signal }: CallOptions,
  ): Promise<SuspendedSandbox> {
    const { processes } = this.#ports;
    for (const name of names) await processes.end(name, { signal: withTimeout(signal, END_TIMEOUT_MS) });
    return openSuspended(record, this.#found.directory, { names, processes });
  }

  describe(): SandboxInfo {
    const why = this.#why ?? null;
    const status = why === null ? "adopting" : "unmanaged";
    const pid = listLivingNames(this.#found, this.#ports.processes)[0]?.pid ?? null;
    return describeSandbox(
      { ...this.record, id: this.id, pid },
      { status, unmanaged_why: why, expires_at_unix: this.expiresAtUnix },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { limits, processes } = this.#ports;
    const options = { signal: AbortSignal.timeout(END_TIMEOUT_MS) };
    for (const name of await findProcesses(this.#found, processes)) await processes.end(name, options);
    const group = await limits.adoptGroup(this.id);
    await group[Symbol.asyncDispose]();
    await this.#freeNetwork(options);
    await this.#found.directory[Symbol.asyncDispose]();
  }

  /** Whatever its record says of it; what is left for nobody is removed when a daemon starts. */
  async #freeNetwork(options: CallOptions): Promise<void> {
    const { network, tenant = null } = this.record;
    if (!network || network.mode === "none") return;
    const lease = await this.#ports.networks.adopt({ ...network, sandboxId: this.id, tenant }, options);
    await lease?.[Symbol.asyncDispose]();
  }

  /** Its record may have been mended since the last attempt. */
  async #lookAgain(): Promise<void> {
    if (this.#why === undefined) return;
    const { process: known } = this.#found;
    const found = await this.#ports.machines.find(this.id);
    this.#found = { ...found, process: found.process ?? known };
  }
}
