import type { CallOptions } from "./options.ts";

/** A process by its pid and its start, which together are never used again. */
export interface ProcessName {
  readonly pid: number;
  /** `starttime` of `/proc/<pid>/stat`, in clock ticks since boot. */
  readonly startTicks: string;
}

/** A VMM process, and the directory that it works in. */
export interface WorkingVmm extends ProcessName {
  readonly directory: string;
}

/** The VMM processes of this host, whoever started them. */
export interface VmmProcesses {
  isAlive(name: ProcessName): boolean;
  list(): Promise<WorkingVmm[]>;
  /** SIGKILL to the group that it leads, and waits until it is gone. Throws `cancelled`. */
  end(name: ProcessName, options: CallOptions): Promise<void>;
}
