import type { SandboxId } from "@forkd/contract";
import type { SandboxRecord, SuspendedState } from "../model/sandbox-record.ts";
import type { CallOptions } from "./options.ts";
import type { ProcessName } from "./processes.ts";

/** The guest's console, and what the VMM wrote. */
export type LogSource = "console" | "vmm";

/** What a machine said, from the files in its directory. They can be read without an engine. */
export interface MachineLogs {
  /** The names of these files. */
  readonly names: Readonly<Record<LogSource, string>>;
  /** The last lines; none when there is no file. */
  tail(directory: string, source: LogSource, lines: number): Promise<string[]>;
  /** Cuts each log that grew too long down to its last part, while it is written to. */
  trim(directory: string): Promise<void>;
}

/** What a machine's directory says of it. */
export type RecordState =
  /** It was never ready. */
  | { readonly kind: "none" }
  | { readonly kind: "whole"; readonly record: SandboxRecord }
  /** `known`: the fields that can still be read, of which any may be wrong. */
  | { readonly kind: "damaged"; readonly why: string; readonly known: Partial<SandboxRecord> };

/** A machine's directory as a new daemon finds it. */
export interface FoundMachine {
  readonly id: SandboxId;
  readonly directory: MachineDirectory;
  readonly state: RecordState;
  /** Whether the host has not been started anew since its record was written: else its process is none of now. */
  readonly isOfThisBoot: boolean;
  /** Its process, noted beside the record, so that damage of one leaves the other. */
  readonly process: ProcessName | undefined;
  /** Whether there is something that it could be resumed of. */
  readonly hasState: boolean;
  /** Its record as it was when it was suspended, kept beside what it is resumed of. */
  readonly suspension: SandboxRecord | undefined;
}

/** How long a record lasts: what names a process is worthless once the host has gone down. */
export type Durability = "durable" | "untilReboot";

/** Where a copy goes of what a machine is resumed of. */
export interface StateCopy {
  readonly memoryPath: string;
  readonly deviceStatePath: string;
  readonly diskPath: string;
}

/** What is kept of the memory of a machine without a process. Its disk and its logs stay where they are. */
export interface KeptState {
  readonly memoryPath: string;
  readonly deviceStatePath: string;
  /** Makes room for new files, and removes old ones. */
  prepare(): Promise<void>;
  /** Has the files and the disk on the storage, and says what they are. Throws `disk_full`, `cancelled`. */
  seal(diskPath: string, options: CallOptions): Promise<SuspendedState>;
  /** Copies all of it to new files. Throws `suspended_state_damaged`, `disk_full`, `cancelled`. */
  copyTo(state: SuspendedState, target: StateCopy, options: CallOptions): Promise<void>;
  /** Throws `suspended_state_damaged`, naming the file that is not what it was, and `cancelled`. */
  verify(state: SuspendedState, options: CallOptions): Promise<void>;
  /** All of it at once, also for a power failure. */
  remove(): Promise<void>;
}

/** The directory of one machine. Disposal removes it with all that is in it. */
export interface MachineDirectory extends AsyncDisposable {
  readonly path: string;
  readonly state: KeptState;
  /**
   * Written once the fork contract holds: a directory without a record is half-made. The record of a suspended machine
   * is durable, unless told any other is not.
   */
  writeRecord(record: SandboxRecord, durability?: Durability): Promise<void>;
  /** Removes all but the logs: what is kept of a dead machine. */
  keepLogsOnly(): Promise<void>;
}

export interface MachineDirectories {
  /** The directory that all of them are in. */
  readonly root: string;
  create(id: SandboxId): Promise<MachineDirectory>;
  /** What is there of one, which may be nothing. */
  find(id: SandboxId): Promise<FoundMachine>;
  /** Every directory that is there. */
  list(): Promise<FoundMachine[]>;
}
