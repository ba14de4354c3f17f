/** Hard limits for a machine's processes, by cgroup v2 or v1, whichever is there. */
export interface LimitProvider {
  /** Whether limits can be put in force, and why not. Looks at the host, changes nothing. */
  probe(): Promise<{ available: boolean; why: string }>;
  /** Makes a group of this name with this limit. Throws `memory_limit_unavailable`. */
  createMemoryGroup(name: string, limitMib: number): Promise<LimitGroup>;
  /** Finds a group that an earlier daemon made, or undefined. */
  adoptGroup(name: string): Promise<LimitGroup | undefined>;
  /** Removes groups of ours that hold no process and are not named in `keep`. */
  removeStale(keep: ReadonlySet<string>): Promise<void>;
}

/** One group. Disposal removes it; it must be empty by then. */
export interface LimitGroup extends AsyncDisposable {
  /** Puts a process and its threads under the limit. Throws `memory_limit_unavailable`. */
  add(pid: number): Promise<void>;
  /** How often the kernel killed a process of the group for want of memory. */
  countOomKills(): Promise<number>;
}
