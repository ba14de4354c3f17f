import { posix } from "node:path";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { GuestFileChange, Operations } from "@forkd/core";
import { EventType } from "../../wire/filesystem.gen.js";
import type { FilesystemEventSchema } from "../../wire/filesystem.gen.js";
import type { EnvdCall } from "../envd-call.ts";
import { describeEntry } from "./entry-info.ts";
import { findFile } from "./find-file.ts";

export type FileEvent = MessageInitShape<typeof FilesystemEventSchema>;

/** What a client wants to be told of. */
export interface WatchOrder {
  readonly path: string;
  readonly recursive: boolean;
  readonly includeEntry: boolean;
}

/** A file that is written whole is made under such a name, and gets its own when it is. */
const UNFINISHED = /(?:^|\/)\.forkd-\d+$/;

const TYPES = {
  create: EventType.CREATE,
  write: EventType.WRITE,
  remove: EventType.REMOVE,
  chmod: EventType.CHMOD,
} as const;

/**
 * What happens below a directory, behind `opened`: all that is there is watched. It ends when the directory goes away.
 * Throws `guest_file_not_found`, `guest_refused`, and where events were lost an error of Connect, `data_loss`.
 */
export async function* watchEvents(
  operations: Pick<Operations, "watchFiles" | "getFileInfo">,
  call: EnvdCall,
  { path, recursive, includeEntry }: WatchOrder,
): AsyncGenerator<"opened" | FileEvent> {
  const { caller, id, signal } = call;
  const changes = await operations.watchFiles(caller, { id, order: { path, recursive } }, { signal });
  for await (const change of changes) {
    if (change.type === "opened") yield "opened";
    for (const event of toEvents(change)) {
      const place = { path: posix.join(path, event.name), follow: false };
      const file = includeEntry ? await findFile(operations, call, place) : undefined;
      yield { ...event, ...(file && { entry: await describeEntry(operations, call, file) }) };
    }
  }
}

/** E2B tells of a new name as of a new file, and of the directory itself as `.`. */
function toEvents(change: GuestFileChange): { readonly name: string; readonly type: EventType }[] {
  switch (change.type) {
    case "opened":
      return [];
    case "overflow":
      throw new ConnectError("changes were lost, since they came too fast; watch anew", Code.DataLoss);
    case "rename": {
      const { name, to } = change;
      const made = { name: to, type: EventType.CREATE };
      if (UNFINISHED.test(name)) return [made, { name: to, type: EventType.WRITE }];
      return [{ name, type: EventType.RENAME }, made];
    }
    case "create":
    case "write":
    case "remove":
    case "chmod":
      if (UNFINISHED.test(change.name)) return [];
      return [{ name: change.name || ".", type: TYPES[change.type] }];
  }
}
