import { Readable } from "node:stream";
import type { SandboxId } from "@forkd/contract";
import { goOnAfter } from "../concurrency/begun.ts";
import { packDirectory, unpackDirectory } from "../sandbox/guest-tar.ts";
import type { Asked } from "./caller.ts";
import { findAwake } from "./life.ts";
import type { OperationPorts } from "./ports.ts";

interface OneDirectory {
  readonly id: SandboxId;
  readonly path: string;
}

/** Whole directories of a guest, as tar archives. */
export function createDirectoryOperations(ports: OperationPorts) {
  return {
    /**
     * A directory with all that is in it; other file systems that are mounted there are left out. It begins once there is
     * something to send; a failure after that breaks the stream. Throws `guest_file_not_found`, `tar_failed`.
     */
    async readDirectory(...[caller, { id, path }, options]: Asked<OneDirectory>): Promise<Readable> {
      const sandbox = await findAwake(ports, caller, id, options);
      const archive = sandbox.stream((agent) => packDirectory({ agent, id, path }, options), options);
      const first = await archive.next();
      return Readable.from(goOnAfter(first, archive), { objectMode: false });
    },

    /**
     * Unpacks an archive into a directory: one that is there gets what is in it, a new one appears when it is whole. All of
     * it is root's. Throws `tar_failed`.
     */
    async writeDirectory(
      ...[caller, { id, path, content }, options]: Asked<OneDirectory & { readonly content: Readable }>
    ): Promise<void> {
      const sandbox = await findAwake(ports, caller, id, options);
      await sandbox.ask((agent) => unpackDirectory({ agent, id, path }, content, options), options);
    },
  };
}
