import type { Socket } from "node:net";
import { join } from "node:path";
import { ForkdError, reasonOf } from "@forkd/contract";
import { NO_BACKEND } from "@forkd/core";
import type { CallOptions, CardBackend, CopySpec, MachineExit, Zygote } from "@forkd/core";
import { killGroup, waitUntilGone, findProcess } from "@forkd/posix";
import type { ProcessName } from "@forkd/posix";
import { connectUnix } from "../connect-unix.ts";
import { MACHINE_FILES, removeMachineFiles } from "../machine-files.ts";
import { QemuMachine } from "../machine.ts";
import { cardWords } from "../process/card-words.ts";
import { waitForProcess } from "../process/vmm-exit.ts";
import { QmpClient } from "../qmp/client.ts";
import { explainRestore, runWhenReady } from "../restore.ts";
import { bringUp } from "../start-machine.ts";
import type { ZygoteControl } from "./zygote-control.ts";

export interface QemuZygoteParts {
  readonly machine: QemuMachine;
  readonly control: ZygoteControl;
  /** Of what the cards of all copies are connected to. */
  readonly cardKind: CardBackend["kind"];
  /** The file that holds the guest memory of each copy. */
  readonly memoryPath: string;
  readonly resources: AsyncDisposable;
}

/** A QEMU process that stands still, and of which each child is a copy. */
export class QemuZygote implements Zygote {
  readonly pid: number;
  readonly exited: Promise<MachineExit>;
  readonly #control: ZygoteControl;
  readonly #cardKind: CardBackend["kind"];
  readonly #memoryPath: string;
  readonly #resources: AsyncDisposable;

  constructor({ machine, control, cardKind, memoryPath, resources }: QemuZygoteParts) {
    this.pid = machine.pid;
    this.exited = machine.exited;
    this.#control = control;
    this.#cardKind = cardKind;
    this.#memoryPath = memoryPath;
    this.#resources = resources;
  }

  async fork(spec: CopySpec, options: CallOptions): Promise<QemuMachine> {
    const { kind } = spec.card ?? NO_BACKEND;
    if (kind !== this.#cardKind)
      throw new ForkdError("internal", {
        reason: `a copy with a ${kind} of a zygote with a ${this.#cardKind}`,
      });
    const machine = await this.#copy(spec, options).catch(async (error: unknown) => {
      if (options.signal.aborted) throw error;
      await removeMachineFiles(spec.directory);
      throw new ForkdError(
        "vmm_failed",
        { command: "a copy of itself", why: reasonOf(error) },
        { cause: error },
      );
    });
    return bringUp(machine, options, {
      run: (copy) => runWhenReady(copy, spec, options),
      explain: explainRestore(spec),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources[Symbol.asyncDispose]();
  }

  /** The copy waits until its monitor and its agent's port are connected again. */
  async #copy({ directory, card }: CopySpec, options: CallOptions): Promise<QemuMachine> {
    const pid = await this.#control.fork({ directory, card: cardWords(card) }, options);
    const process = findProcess(pid) ?? { pid, startTicks: "" };
    await using stack = new AsyncDisposableStack();
    stack.defer(async () => {
      killGroup(process);
      await waitUntilGone(process);
    });
    const connect = async (name: string): Promise<Socket> =>
      stack.adopt(await connectUnix(join(directory, name), options), (socket) => void socket.destroy());
    const monitor = await connect(MACHINE_FILES.qmpSocket);
    const agentStream = await connect(MACHINE_FILES.agentSocket);
    const qmp = new QmpClient(monitor, "inherited");
    stack.move();
    return new QemuMachine({
      process,
      directory,
      memoryPath: this.#memoryPath,
      qmp,
      ended: this.#waitForEnd(process, qmp),
      agentStream,
    });
  }

  async #waitForEnd(process: ProcessName, qmp: QmpClient) {
    await waitForProcess(process, qmp.closed);
    return this.#control.endOf(process.pid);
  }
}
