/** What the host has left. */
export interface HostRoom {
  /** Memory that programs can have without swapping. */
  readonly memoryBytes: number;
  /** Where machines write. */
  readonly diskPath: string;
  readonly diskBytes: number;
}

/** Looks at it now. */
export type ReadHostRoom = () => Promise<HostRoom>;
