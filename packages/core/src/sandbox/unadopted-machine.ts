import { ForkdError } from "@forkd/contract";
import type { SandboxId, SandboxInfo } from "@forkd/contract";
import { withTimeout } from "../concurrency/abort.ts";
import type { Engine } from "../ports/engine.ts";
import type { LimitProvider } from "../ports/limits.ts";
import type { FoundMachine, MachineDirectories, SandboxRecord } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import type { ProcessName, VmmProcesses } from "../ports/processes.ts";
import type { AgentLinkPorts } from "./agent-link.ts";
import { describeMachine } from "./describe-machine.ts";
import { Sandbox } from "./sandbox.ts";

export interface AdoptionPorts extends AgentLinkPorts {
  readonly engine: Pick<Engine, "adopt">;
  readonly processes: VmmProcesses;
  readonly machines: MachineDirectories;
  readonly limits: LimitProvider;
}

/** How long a monitor has to answer. */
const ANSWER_TIMEOUT_MS = 5000;
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

  get directory(): string {
    return this.#found.directory.path;
  }

  /** What its record says; of a damaged one, what can still be read. */
  get record(): Partial<SandboxRecord> {
    const { state } = this.#found;
    return state.kind === "whole" ? state.record : state.kind === "damaged" ? state.known : {};
  }

  /** When it ends by itself; of a damaged record that is not believed. */
  get expiresAtUnix(): number | null {
    const { state } = this.#found;
    return state.kind === "whole" ? state.record.expiresAtUnix : null;
  }

  /**
   * Tries to take it over. Gives undefined for one that is gone, once what is left of it is removed. Throws
   * `sandbox_unmanaged`.
   */
  async adopt(options: CallOptions): Promise<Sandbox | undefined> {
    try {
      return await this.#try(options);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.#why = why;
      throw new ForkdError("sandbox_unmanaged", { id: this.id, why }, { cause });
    }
  }

  describe(): SandboxInfo {
    const why = this.#why ?? null;
    const status = why === null ? "adopting" : "unmanaged";
    const pid = this.#livingNames()[0]?.pid ?? null;
    return describeMachine(
      { ...this.record, id: this.id, pid },
      { status, unmanaged_why: why, expires_at_unix: this.expiresAtUnix },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { limits, processes } = this.#ports;
    const options = { signal: AbortSignal.timeout(END_TIMEOUT_MS) };
    for (const name of await this.#findProcesses()) await processes.end(name, options);
    const group = await limits.adoptGroup(this.id);
    await group?.[Symbol.asyncDispose]();
    await this.#found.directory[Symbol.asyncDispose]();
  }

  async #try({ signal }: CallOptions): Promise<Sandbox | undefined> {
    const { engine, limits } = this.#ports;
    await this.#lookAgain();
    if ((await this.#findProcesses()).length === 0) {
      await this[Symbol.asyncDispose]();
      return undefined;
    }
    const { state, directory } = this.#found;
    if (state.kind === "none") throw new Error("its record is gone");
    if (state.kind === "damaged") throw new Error(state.why);
    const { record } = state;
    const group = await limits.adoptGroup(this.id);
    const deadline = withTimeout(signal, ANSWER_TIMEOUT_MS);
    const machine = await engine
      .adopt({ ...record, directory: directory.path }, { signal: deadline })
      .catch((error: unknown) => {
        throw deadline.aborted && !signal.aborted ? new Error(NO_ANSWER, { cause: error }) : error;
      });
    if (!machine) throw new Error(`another process than the recorded ${record.pid} works in its directory`);
    return new Sandbox(record, { machine, directory, group, agent: undefined }, this.#ports);
  }

  /** Its record may have been mended since the last attempt. */
  async #lookAgain(): Promise<void> {
    if (this.#why === undefined) return;
    const { process: known } = this.#found;
    const found = await this.#ports.machines.find(this.id);
    this.#found = { ...found, process: found.process ?? known };
  }

  /** Those of its noted names that a process has; the names are from two files, of which either may be damaged. */
  #livingNames(): ProcessName[] {
    const { pid, startTicks } = this.record;
    const recorded = pid === undefined || startTicks === undefined ? undefined : { pid, startTicks };
    return [recorded, this.#found.process].filter(
      (name): name is ProcessName => name !== undefined && this.#ports.processes.isAlive(name),
    );
  }

  /** By its noted names, or else by the directory that it works in. */
  async #findProcesses(): Promise<readonly ProcessName[]> {
    const named = this.#livingNames();
    if (named.length > 0) return named;
    return (await this.#ports.processes.list()).filter(({ directory }) => directory === this.directory);
  }
}

const NO_ANSWER =
  `its monitor did not answer within ${ANSWER_TIMEOUT_MS / 1000} s: ` +
  "its process is stopped, or another program has its monitor";
