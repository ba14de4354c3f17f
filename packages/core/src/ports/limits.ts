/** What the host gives a machine's processes at most. Null: as much as there is. */
export interface HostLimits {
  readonly memoryLimitMib: number | null;
  /** Beside its memory limit; null: none. */
  readonly swapLimitMib: number | null;
  /** In CPUs' time: 0.5 is half of one's. */
  readonly cpuLimit: number | null;
  readonly taskLimit: number | null;
}

export type LimitKind = "memory" | "CPU" | "task";

/** Whether the limits of a kind can be put in force, and why or why not. */
export interface LimitProbe {
  readonly kind: LimitKind;
  readonly available: boolean;
  readonly why: string;
}

/** Hard limits for a machine's processes, by cgroup v2 or v1, whichever is there. */
export interface LimitProvider {
  /** Looks at the host, changes nothing. */
  probe(): Promise<LimitProbe[]>;
  /**
   * Makes a group of this name with these limits: with none, only once one is asked for. Throws
   * `memory_limit_unavailable`, `limit_unavailable`.
   */
  createGroup(name: string, limits: HostLimits): Promise<LimitGroup>;
  /** What an earlier daemon made for this name. */
  adoptGroup(name: string): Promise<LimitGroup>;
  /** Removes groups of ours that hold no process and are not named in `keep`. */
  removeStale(keep: ReadonlySet<string>): Promise<void>;
  /** Removes what our groups were in, where there are none any more. The next group makes it again. */
  removeUnused(): Promise<void>;
}

/** Other limits for a process that is in the group, or is to be. */
export interface LimitChange {
  readonly pid: number;
  readonly from: HostLimits;
  readonly to: HostLimits;
}

/** One group. Disposal removes it; it must be empty by then. */
export interface LimitGroup extends AsyncDisposable {
  /** Puts a process and its threads under the limits. Throws `memory_limit_unavailable`, `limit_unavailable`. */
  add(pid: number): Promise<void>;
  /** Puts other limits in force, all or none. Throws as {@link add} does. */
  change(change: LimitChange): Promise<void>;
  /** How often the kernel killed a process of the group for want of memory. */
  countOomKills(): Promise<number>;
}
