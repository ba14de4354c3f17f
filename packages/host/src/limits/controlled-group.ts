/** A group of one controller: in v1 each has a tree of its own, in v2 all have the same. */
export interface ControlledGroup {
  readonly version: 1 | 2;
  readonly path: string;
}
