/**
 * A device of a machine. `root-disk`: the chain of the machine's own specification; `console`: what the guest's kernel
 * prints; `agent-port`: the byte stream to its agent; `entropy`: random bytes of the host; `network-card`: `eth0`, whatever
 * it is connected to.
 */
export type Device =
  | { readonly kind: "root-disk" }
  | { readonly kind: "console" }
  | { readonly kind: "agent-port" }
  | { readonly kind: "entropy" }
  | { readonly kind: "network-card" };

export type DeviceKind = Device["kind"];

/** A device as a manifest names it. Another version may have written it, so it may be none of {@link Device}. */
export interface DeviceRecord {
  readonly kind: string;
  readonly [attribute: string]: string | number | boolean;
}

/** What machines had before it was recorded. */
export const UNRECORDED_DEVICES: readonly Device[] = [
  { kind: "root-disk" },
  { kind: "console" },
  { kind: "agent-port" },
  { kind: "entropy" },
];

/** What a machine is booted with, in the order in which the guest finds it. */
export const STANDARD_DEVICES: readonly Device[] = [...UNRECORDED_DEVICES, { kind: "network-card" }];
