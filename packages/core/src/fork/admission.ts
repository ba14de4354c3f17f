import { ForkdError } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import type { MachineUsage } from "../ports/engine.ts";
import type { HostRoom, ReadHostRoom } from "../ports/host-room.ts";

const MIB = 1024 ** 2;
/** What an emulated child takes at first, which is a copy of a zygote; and one that was restored. */
const COPY_BYTES = 6 * MIB;
const RESTORED_BYTES = 24 * MIB;
/** Its overlay, records and logs. */
const DISK_BYTES = MIB;
/** The VMM's own, beside the memory of its guest, and as much again on the disk: more than children take. */
const AMPLE_BYTES = 64 * MIB;
/** Each takes the kernel some milliseconds. */
const MEASURED_SIBLINGS = 8;

/** A machine of the same snapshot. */
interface Sibling {
  measure(): Promise<MachineUsage>;
}

export interface AdmissionOptions {
  readonly readRoom: ReadHostRoom;
  /** What is not for forks; undefined: every fork is let in. */
  readonly reserve: { readonly memoryMib: number; readonly diskMib: number } | undefined;
  readonly listSiblings: (snapshotId: SnapshotId) => readonly Sibling[];
}

/** A fork that is to begin. */
export interface PlannedFork {
  readonly tag: string;
  readonly snapshotId: SnapshotId;
  readonly n: number;
  readonly memoryMib: number;
  readonly accelerator: "kvm" | "tcg";
}

interface Cost {
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly siblings: number;
}

/**
 * Refuses forks that do not fit into what the host has left, by what children of their snapshot take now. What they may
 * come to take is for limits.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  /** Of forks that are under way. */
  #promisedMemoryBytes = 0;
  #promisedDiskBytes = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Sets room aside until disposal, by when the children take it themselves. Throws `no_memory`, `disk_full`. */
  async admit(fork: PlannedFork): Promise<Disposable> {
    if (this.#options.reserve === undefined) return { [Symbol.dispose]: () => {} };
    const room = await this.#options.readRoom();
    const cost = this.#isAmple(fork, room) ? firstCost(fork) : await this.#measure(fork);
    this.#check(fork, room, cost);
    const memoryBytes = fork.n * cost.memoryBytes;
    const diskBytes = fork.n * cost.diskBytes;
    this.#promisedMemoryBytes += memoryBytes;
    this.#promisedDiskBytes += diskBytes;
    return {
      [Symbol.dispose]: () => {
        this.#promisedMemoryBytes -= memoryBytes;
        this.#promisedDiskBytes -= diskBytes;
      },
    };
  }

  /** Whether it fits whatever its children take, so that none has to be measured. */
  #isAmple({ n, memoryMib }: PlannedFork, room: HostRoom): boolean {
    const left = this.#left(room);
    const eachBytes = memoryMib * MIB + AMPLE_BYTES;
    return n * eachBytes <= left.memoryBytes && n * AMPLE_BYTES <= left.diskBytes;
  }

  #left(room: HostRoom): Pick<Cost, "memoryBytes" | "diskBytes"> {
    const { memoryMib = 0, diskMib = 0 } = this.#options.reserve ?? {};
    return {
      memoryBytes: room.memoryBytes - this.#promisedMemoryBytes - memoryMib * MIB,
      diskBytes: room.diskBytes - this.#promisedDiskBytes - diskMib * MIB,
    };
  }

  async #measure(fork: PlannedFork): Promise<Cost> {
    const chosen = this.#options.listSiblings(fork.snapshotId).slice(-MEASURED_SIBLINGS);
    // One that has just died takes nothing.
    const measured = await Promise.all(chosen.map((sibling) => sibling.measure().catch(() => undefined)));
    const usages = measured.filter((usage) => usage !== undefined);
    if (usages.length === 0) return firstCost(fork);
    const mean = (bytesOf: (usage: MachineUsage) => number): number =>
      Math.ceil(usages.reduce((sum, usage) => sum + bytesOf(usage), 0) / usages.length);
    return {
      memoryBytes: mean(({ privateBytes }) => privateBytes),
      diskBytes: Math.max(
        DISK_BYTES,
        mean(({ diskBytes }) => diskBytes),
      ),
      siblings: usages.length,
    };
  }

  #check({ tag, n }: PlannedFork, room: HostRoom, { memoryBytes, diskBytes, siblings }: Cost): void {
    const left = this.#left(room);
    const { memoryMib: reserveMib = 0, diskMib = 0 } = this.#options.reserve ?? {};
    if (n * memoryBytes > left.memoryBytes)
      throw new ForkdError("no_memory", {
        tag,
        n,
        eachMib: toMib(memoryBytes),
        siblings,
        availableMib: toMib(room.memoryBytes - this.#promisedMemoryBytes),
        reserveMib,
      });
    if (n * diskBytes > left.diskBytes) {
      const available = toMib(room.diskBytes - this.#promisedDiskBytes);
      const doing =
        `${n} ${n === 1 ? "child" : "children"} of ${tag}, each of about ${toMib(diskBytes)} MiB: ` +
        `${available} MiB are available, of which ${diskMib} MiB are not for forks`;
      throw new ForkdError("disk_full", { path: room.diskPath, doing });
    }
  }
}

function firstCost({ accelerator }: PlannedFork): Cost {
  const memoryBytes = accelerator === "tcg" ? COPY_BYTES : RESTORED_BYTES;
  return { memoryBytes, diskBytes: DISK_BYTES, siblings: 0 };
}

function toMib(bytes: number): number {
  return Math.max(0, Math.round((bytes / MIB) * 10) / 10);
}
