import type { Duplex } from "node:stream";
import type { DeviceKind, DeviceRecord } from "./devices.ts";
import type { CardBackend } from "./network.ts";
import type { CallOptions } from "./options.ts";

/** What a snapshot records of the machine that made it, and what a host must offer to restore it. */
export interface EngineIdentity {
  /** The adapter, such as `qemu`. */
  readonly engine: string;
  /** The VMM's version, such as `7.2.22`. Device state is only compatible within one. */
  readonly version: string;
  readonly accelerator: "kvm" | "tcg";
  /** The machine type with its options, and the CPU model, as the VMM names them. */
  readonly machine: string;
  readonly cpuModel: string;
  /** How fast the clock of an emulated guest runs, which is the host's time stamp counter; null with hardware. */
  readonly clockKhz: number | null;
}

/** A chain of disks from the read-only base up to the layer that is read through; all paths are the host's. */
export interface DiskChain {
  /** The raw base image. */
  readonly base: string;
  /** Frozen qcow2 layers above it, lowest first. */
  readonly layers: readonly string[];
  readonly sizeBytes: number;
}

/** What boot and restore have in common. */
export interface MachineSpec {
  /** A name for process titles and logs: the sandbox or snapshot id. */
  readonly name: string;
  /** An existing directory that is this machine's own: what the engine keeps of it goes there. */
  readonly directory: string;
  /** The file that holds guest memory. Boot creates and shares it; restore maps it privately. */
  readonly memoryPath: string;
  readonly memoryMib: number;
  readonly vcpus: number;
  readonly disk: DiskChain;
  /** In the order in which the guest finds them. One that the engine does not know is `snapshot_incompatible`. */
  readonly devices: readonly DeviceRecord[];
  /** What its network card is connected to; unless told, to nothing. Without one: `snapshot_without_card`. */
  readonly card?: CardBackend;
}

export interface BootSpec extends MachineSpec {
  readonly kernelPath: string;
  readonly initramfsPath: string;
  /** Words for the kernel's command line, beside the engine's own. */
  readonly kernelArguments?: readonly string[];
}

/** What is a child's own, however it is made. */
export interface CopySpec extends Pick<MachineSpec, "name" | "directory" | "card"> {
  /** Called with the VMM's pid before guest code can run, to put limits in force. A failure ends the machine. */
  readonly onSpawn?: (pid: number) => Promise<void>;
}

export interface RestoreSpec extends MachineSpec, CopySpec {
  readonly deviceStatePath: string;
}

/** A machine that is to be copied. Of what the card of each copy is connected to, it knows the kind; its own to nothing. */
export interface ZygoteSpec extends Omit<RestoreSpec, "card"> {
  readonly card?: Pick<CardBackend, "kind">;
}

/** A machine that goes on where it was saved. Its overlay is still in its directory. */
export interface ReviveSpec extends RestoreSpec {
  /** The pages that it wrote itself, a layer on the memory of its snapshot. */
  readonly layerPath: string;
}

/** How a VMM ended. */
export interface MachineExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** In words: `the guest powered itself off`, `the VMM was killed by SIGKILL`. */
  readonly why: string;
  /** The directory that has no space left for the guest's memory, if the machine ended of that. */
  readonly noSpaceAt: string | undefined;
}

/**
 * How a running machine is captured. `full`: its whole memory, of which only the pages that it wrote itself are
 * copied while it stands still. `diff`: those pages alone, as a memory layer. `live`: the whole memory, copied while
 * it runs on; it stands still for the device state alone. One that is paused is copied as it stands, in each of them.
 */
export type CaptureMode = "full" | "diff" | "live";

/** New files for what is captured. */
export interface CaptureSpec {
  readonly mode: CaptureMode;
  /** Sparse and of the size of guest memory for `full` and `live`; a memory layer for `diff`. */
  readonly memoryPath: string;
  readonly deviceStatePath: string;
  /** The machine's overlay as it was at that instant. */
  readonly diskPath: string;
  readonly memoryMib: number;
  /** Called once the machine runs again, which for `live` is long before the capture is whole. */
  readonly onResume?: (pause: CapturePause) => void;
}

/** New files for what a machine has in memory, beside its disk. */
export interface SaveSpec {
  /** A memory layer: the pages that it wrote itself. */
  readonly memoryPath: string;
  readonly deviceStatePath: string;
  readonly memoryMib: number;
}

/** A machine that can be ended, and revived of its files. */
export interface SavedMachine {
  /** Its overlay, in its own directory, where it stays. */
  readonly diskPath: string;
}

export interface CapturePause {
  /** For how long the vCPUs stood still; 0 for a machine that was paused. */
  readonly pauseMs: number;
  /** Pages of 4 KiB that the machine had written itself. */
  readonly dirtyPages: number;
}

/** What a capture took. */
export interface CaptureReport extends CapturePause {
  /** The pause or, live, the longest time in which no page was saved meanwhile, if that is more. */
  readonly longestStallMs: number;
  /** Bytes of guest memory in the file. */
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** In the order in which they ended: `prepare`, `stop`, `device-state`, `memory`, `disk`, `resume`, `stream`, ... */
  readonly phases: readonly CapturePhase[];
}

/** A part of a capture. */
export interface CapturePhase {
  readonly name: string;
  /** By `performance.now()`. */
  readonly startedAtMs: number;
  readonly ms: number;
}

/** What a capture would cost now. */
export interface CaptureOutlook {
  readonly dirtyPages: number;
  readonly overlayBytes: number;
  /** Undefined when the machine can be captured live, else why not. */
  readonly liveBlocker: string | undefined;
}

/** What a machine takes of its host. */
export interface MachineUsage {
  /** CPU time of the VMM, guest code included, since it started. */
  readonly cpuMs: number;
  /** Memory that only this machine has. */
  readonly privateBytes: number;
  /** Memory that others may map as well: of the snapshot, of programs. */
  readonly sharedBytes: number;
  /** What it has written to its disk. */
  readonly diskBytes: number;
}

/** What a guest may do with its disks in a second. Null: as much as it can. */
export interface DiskLimits {
  readonly diskReadBytesPerSec: number | null;
  readonly diskWriteBytesPerSec: number | null;
  readonly diskReadOpsPerSec: number | null;
  readonly diskWriteOpsPerSec: number | null;
}

/** A VMM process that exists, whatever its vCPUs do. Disposal ends it. */
export interface Machine extends AsyncDisposable {
  readonly pid: number;
  /** `starttime` of `/proc/<pid>/stat` in clock ticks: with the pid it names the process for good. */
  readonly startTicks: string;
  /** Settles when the process is gone. Never rejects. */
  readonly exited: Promise<MachineExit>;
  /** Waits for its turn while the machine is captured or assessed. */
  assessCapture(options: CallOptions): Promise<CaptureOutlook>;
  /** Why the machine cannot be captured live, or undefined when it can: the part of the assessment that costs nothing. */
  findLiveBlocker(options: CallOptions): Promise<string | undefined>;
  /**
   * How many pages of 4 KiB the machine has written itself. Cheap; it asks nothing of the VMM, and does not wait for
   * a capture.
   */
  countPrivatePages(memoryMib: number, options: CallOptions): Promise<number>;
  /** From the host alone: the guest does not notice. */
  measure(): Promise<MachineUsage>;
  /**
   * Takes memory, device state and overlay of one instant, after those captures that came before. The machine runs on
   * afterwards, or stays paused, whatever fails; if it cannot be made to run, the error is `machine_stuck`. Throws
   * `capture_failed`, `disk_full`, `cancelled`.
   */
  capture(spec: CaptureSpec, options: CallOptions): Promise<CaptureReport>;
  /**
   * Writes what a paused machine has in memory to new files, after the captures that came before. It stands still
   * afterwards, whatever fails. Throws `capture_failed`, `disk_full`, `cancelled`.
   */
  save(spec: SaveSpec, options: CallOptions): Promise<SavedMachine>;
  /**
   * Stops the vCPUs, and flushes and drains the disks, after the captures that came before. A failure leaves the machine
   * running.
   */
  pause(options: CallOptions): Promise<PausedMachine>;
  /**
   * Lets the vCPUs run, whoever stopped them, after the captures that came before. Throws `machine_stuck` when they do
   * not; they stand still then, once the VMM does what it is told.
   */
  resume(options: CallOptions): Promise<void>;
  /** Puts other limits for its disks in force, whatever its vCPUs do. Throws `limit_unavailable`, `cancelled`. */
  limitDisk(limits: DiskLimits, options: CallOptions): Promise<void>;
  /** A byte stream to the guest's agent. Only one can be open at a time. */
  openAgentStream(options: CallOptions): Promise<Duplex>;
  /** SIGKILL to the whole process group, and wait until it is gone. Idempotent. */
  kill(): Promise<MachineExit>;
}

/** A machine whose vCPUs stand still. */
export interface PausedMachine {
  /** Writes the state of CPUs and devices (not memory, not disks) to a new file. */
  saveDeviceState(path: string, options: CallOptions): Promise<void>;
  /** Ends the machine, and moves what it wrote to its disk, a layer, to a new file of the same file system. */
  endInto(diskPath: string): Promise<void>;
}

/**
 * A machine that was restored, did once what every child does, and stands still. Its children are copies of its VMM's
 * process, with all that is translated, mapped and allocated there. It ends with the daemon, its children do not.
 */
export interface Zygote extends AsyncDisposable {
  readonly pid: number;
  /** Settles when its process is gone. Never rejects. */
  readonly exited: Promise<MachineExit>;
  /**
   * Makes a child, and returns once its vCPUs run. Its card's backend is of the zygote's kind. Throws `vmm_failed` when there is no copy, and nothing of one left
   * but maybe files in its directory; `restore_failed`, `cancelled`.
   */
  fork(spec: CopySpec, options: CallOptions): Promise<Machine>;
}

/** What a restarted daemon knows of a machine. */
export interface MachineRecord {
  readonly pid: number;
  readonly startTicks: string;
  readonly directory: string;
  /** Whether it is to stand still. */
  readonly paused: boolean;
}

/** What a host offers to a snapshot. */
export interface HostOffer {
  readonly engine: EngineIdentity;
  readonly deviceKinds: readonly DeviceKind[];
}

/** The adapter of one VMM. */
export interface Engine {
  identify(options: CallOptions): Promise<EngineIdentity>;
  /** The devices that it can give a machine. */
  listDeviceKinds(options: CallOptions): Promise<readonly DeviceKind[]>;
  /** Starts a machine and returns as soon as its vCPUs run; the guest is still booting. */
  boot(spec: BootSpec, options: CallOptions): Promise<Machine>;
  /** Starts a machine from a snapshot and returns once its vCPUs run. */
  restore(spec: RestoreSpec, options: CallOptions): Promise<Machine>;
  /**
   * Starts a machine of what {@link Machine.save} wrote and left. Its vCPUs stand still. Throws as `restore` does; the
   * files are as they were then.
   */
  revive(spec: ReviveSpec, options: CallOptions): Promise<Machine>;
  /**
   * Restores a machine, lets `rehearse` have its guest do what every child will do, and stops it. Undefined when this
   * engine cannot copy a machine, or gains nothing by it. Throws as `restore` and `rehearse` do.
   */
  openZygote(
    spec: ZygoteSpec,
    rehearse: (machine: Machine) => Promise<void>,
    options: CallOptions,
  ): Promise<Zygote | undefined>;
  /**
   * Takes over a machine that another daemon started, or gives undefined when it is gone. It runs then, or stands still,
   * as its record says, whatever that daemon died of. A failure leaves it as it is.
   * It needs neither the VMM's program nor an accelerator. Throws `agent_unreachable`, `vmm_failed`, `cancelled`.
   */
  adopt(record: MachineRecord, options: CallOptions): Promise<Machine | undefined>;
}
