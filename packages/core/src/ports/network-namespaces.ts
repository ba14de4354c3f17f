/** A network namespace, and whose it is; of one that waits for a machine, nobody's. */
export interface NamespaceInfo {
  readonly name: string;
  readonly sandboxId: string | null;
}

/** The network namespaces of this daemon, which are for machines in the mode `netns`. */
export interface NetworkNamespaces {
  list(): Promise<readonly NamespaceInfo[]>;
  /**
   * Has so many wait for machines from now on, once they are there. Throws `requirement_missing`, `network_failed`,
   * `out_of_resources`.
   */
  setUp(count: number): Promise<void>;
}
