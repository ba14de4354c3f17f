import type { SandboxInfo } from "@forkd/contract";

/** Which sandboxes are wanted. What is left away is any. */
export interface SandboxFilter {
  /** `key=value`, or a key with any value; all of them. */
  readonly label?: string | readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly status?: SandboxInfo["status"] | undefined;
  /** The snapshot's. */
  readonly tag?: string | undefined;
}

export function isChosen(info: SandboxInfo, { label = [], name, status, tag }: SandboxFilter): boolean {
  return (
    (name === undefined || info.name === name) &&
    (status === undefined || info.status === status) &&
    (tag === undefined || info.snapshot_tag === tag) &&
    [label].flat().every((wanted) => hasLabel(info.labels, wanted))
  );
}

function hasLabel(labels: SandboxInfo["labels"], wanted: string): boolean {
  const at = wanted.indexOf("=");
  const key = at < 0 ? wanted : wanted.slice(0, at);
  return Object.hasOwn(labels, key) && (at < 0 || labels[key] === wanted.slice(at + 1));
}
