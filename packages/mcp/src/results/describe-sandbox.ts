import type { SandboxInfo } from "@forkd/sdk";
import type { Session } from "../session.ts";

/** A sandbox in a line. */
export function describeSandbox(info: SandboxInfo, session: Session): string {
  const { id, name, status, snapshotTag, memoryMib, died, unmanagedWhy } = info;
  const parts = [
    `${id}${name === null ? "" : ` (${name})`}: ${status}`,
    `of snapshot ${snapshotTag}`,
    `${memoryMib} MiB`,
    ...(session.owns(info) ? ["made in this session"] : []),
    ...(died === null ? [] : [`died: ${died.why}`]),
    ...(unmanagedWhy === null ? [] : [`unmanaged: ${unmanagedWhy}`]),
  ];
  return parts.join(", ");
}
