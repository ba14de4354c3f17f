import { rename } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Duplex } from "node:stream";
import { ForkdError } from "@forkd/contract";
import { Semaphore } from "@forkd/core";
import type {
  CallOptions,
  CaptureOutlook,
  CaptureReport,
  CaptureSpec,
  DiskLimits,
  Machine,
  MachineExit,
  MachineUsage,
  PausedMachine,
  SavedMachine,
  SaveSpec,
} from "@forkd/core";
import { killGroup } from "@forkd/posix";
import type { ProcessName } from "@forkd/posix";
import { MACHINE_FILES } from "./machine-files.ts";
import { assessMachine, countPrivatePages, findLiveBlocker } from "./capture/assess.ts";
import { captureMachine, saveMachine } from "./capture/capture.ts";
import { saveDeviceState } from "./capture/device-state.ts";
import { resumeOrStop, stopMachine } from "./capture/stop-vcpus.ts";
import { connectUnix } from "./connect-unix.ts";
import { limitDisk } from "./disk/limit-disk.ts";
import { measureMachine } from "./measure-machine.ts";
import { explainExit } from "./process/exit-reason.ts";
import type { ProcessEnd } from "./process/vmm-exit.ts";
import type { QmpClient } from "./qmp/client.ts";
import type { QmpEvent } from "./qmp/message.ts";

const KEEP_ALIVE_MS = 60_000;

export interface QemuMachineParts {
  readonly process: ProcessName;
  readonly directory: string;
  readonly qmp: QmpClient;
  readonly ended: Promise<ProcessEnd>;
  /** The file that holds guest memory; unknown of a machine that was adopted. */
  readonly memoryPath?: string | undefined;
  /** A connection to the agent's port that is there from the start, for the first who asks for one. */
  readonly agentStream?: Duplex;
}

/** A QEMU process, whether this daemon started it or adopted it. */
export class QemuMachine implements Machine {
  readonly pid: number;
  readonly startTicks: string;
  readonly exited: Promise<MachineExit>;
  readonly qmp: QmpClient;
  /** The machine's own directory is named after it. */
  readonly name: string;
  readonly directory: string;
  readonly #memoryPath: string | undefined;
  /** Two captures would resume the machine under each other. */
  readonly #captureTurn = new Semaphore(1);
  #agentStream: Duplex | undefined;
  #unusedAgentStream: Duplex | undefined;
  #shutdown: QmpEvent | undefined;
  #hasEnded = false;

  constructor({ process, directory, qmp, ended, memoryPath, agentStream }: QemuMachineParts) {
    this.pid = process.pid;
    this.startTicks = process.startTicks;
    this.qmp = qmp;
    this.directory = directory;
    this.name = basename(directory);
    this.#memoryPath = memoryPath;
    this.#unusedAgentStream = agentStream;
    // Until somebody asks for it, nobody else hears that it broke; it is closed then.
    agentStream?.on("error", () => {});
    qmp.onEvent((event) => {
      if (event.name === "SHUTDOWN") this.#shutdown = event;
    });
    this.exited = this.#watch(ended);
  }

  async pause(options: CallOptions): Promise<PausedMachine> {
    using _ = await this.#waitForTurn(options);
    await stopMachine(this.qmp, this.name, options);
    return {
      saveDeviceState: (path, options) => saveDeviceState(this, path, options),
      endInto: (diskPath) => this.#endInto(diskPath),
    };
  }

  async resume(options: CallOptions): Promise<void> {
    using _ = await this.#waitForTurn(options);
    await resumeOrStop(this.qmp, this.name);
  }

  async assessCapture(options: CallOptions): Promise<CaptureOutlook> {
    using _ = await this.#waitForTurn(options);
    return await assessMachine(this, options);
  }

  async findLiveBlocker(options: CallOptions): Promise<string | undefined> {
    using _ = await this.#waitForTurn(options);
    return await findLiveBlocker(this, options);
  }

  async capture(spec: CaptureSpec, options: CallOptions): Promise<CaptureReport> {
    using _ = await this.#waitForTurn(options);
    return await captureMachine(this, spec, options);
  }

  async save(spec: SaveSpec, options: CallOptions): Promise<SavedMachine> {
    using _ = await this.#waitForTurn(options);
    return await saveMachine(this, spec, options);
  }

  limitDisk(limits: DiskLimits, options: CallOptions): Promise<void> {
    return limitDisk(this.qmp, limits, options);
  }

  countPrivatePages(memoryMib: number, options: CallOptions): Promise<number> {
    return countPrivatePages(this.pid, memoryMib, options);
  }

  measure(): Promise<MachineUsage> {
    return measureMachine(this);
  }

  async openAgentStream(options: CallOptions): Promise<Duplex> {
    if (this.#agentStream?.closed === false) {
      throw new ForkdError("agent_unreachable", { why: "another stream to it is open" });
    }
    const unused = this.#unusedAgentStream;
    this.#unusedAgentStream = undefined;
    const stream = unused ?? (await connectUnix(join(this.directory, MACHINE_FILES.agentSocket), options));
    this.#agentStream = stream;
    return stream;
  }

  async kill(): Promise<MachineExit> {
    if (!this.#hasEnded) killGroup(this);
    // Nothing else may keep our process alive until the end is known.
    const keepAlive = setInterval(() => {}, KEEP_ALIVE_MS);
    return this.exited.finally(() => clearInterval(keepAlive));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async #endInto(diskPath: string): Promise<void> {
    await this.kill();
    await rename(join(this.directory, MACHINE_FILES.overlay), diskPath);
  }

  #waitForTurn(options: CallOptions): Promise<Disposable> {
    return this.#captureTurn.acquire(`another capture of ${this.name}`, options);
  }

  async #watch(ended: Promise<ProcessEnd>): Promise<MachineExit> {
    const end = await ended;
    this.#hasEnded = true;
    await this.qmp.closed;
    this.#unusedAgentStream?.destroy();
    this.#agentStream?.destroy();
    return explainExit({
      ...end,
      shutdown: this.#shutdown,
      directory: this.directory,
      memoryPath: this.#memoryPath,
    });
  }
}
