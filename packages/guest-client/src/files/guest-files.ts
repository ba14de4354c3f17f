import type { CallOptions, GuestFiles } from "@forkd/core";
import { z } from "zod";
import { callJson } from "../connection/call.ts";
import type { AgentSession } from "../connection/session.ts";
import type { Deadlines } from "../default-deadlines.ts";
import { explainFile } from "./file-request.ts";
import { guestFileSchema } from "./found-file.ts";
import { getFileInfo } from "./file-info.ts";
import { listGuestFiles } from "./list-files.ts";
import { readGuestFile } from "./read-file.ts";
import { watchGuestFiles } from "./watch-files.ts";
import { writeGuestFile, writePartOfGuestFile } from "./write-file.ts";

const emptySchema = z.object({});
const madeSchema = z.object({ created: z.boolean() });

/** The files of the guest at the other end of a session. */
export function createGuestFiles(session: AgentSession, deadlines: Deadlines): GuestFiles {
  const { quickMs, stallMs, treeMs } = deadlines;
  const post = <T>(verb: string, order: Order<T>, { signal }: CallOptions): Promise<T> => {
    const { path, does, timeoutMs = quickMs, ...call } = order;
    const explain = explainFile(does, path);
    const to = { request: `POST /files/${verb}`, method: "POST", path: `/files/${verb}` } as const;
    return callJson(session, { ...call, ...to, timeoutMs, signal, explain });
  };
  return {
    read: (order, options) => readGuestFile(session, order, stallMs, options),
    write: (file, content, options) => writeGuestFile(session, { ...file, content }, stallMs, options),
    writePart: (file, content, options) =>
      writePartOfGuestFile(session, { ...file, content }, stallMs, options),
    info: (order, options) => getFileInfo(session, order, quickMs, options),
    list: (order, options) => listGuestFiles(session, order, stallMs, options),
    watch: (order, options) => watchGuestFiles(session, order, treeMs, options),
    makeDirectory: async ({ path, mode, user }, options) => {
      const order = { path, body: { path, mode, user }, schema: madeSchema, does: "make directories" };
      return (await post("directory", order, options)).created;
    },
    move: (body, options) =>
      post("move", { path: body.from, body, schema: guestFileSchema, does: "move files" }, options),
    change: ({ path, mode, owner, group }, options) =>
      post(
        "attributes",
        {
          path,
          body: { path, mode, owner, group },
          schema: guestFileSchema,
          does: "change a file's attributes",
        },
        options,
      ),
    remove: async ({ path, recursive }, options) => {
      const order = {
        path,
        body: { path, recursive },
        schema: emptySchema,
        timeoutMs: treeMs,
        does: "remove files",
      };
      await post("remove", order, options);
    },
  };
}

interface Order<T> {
  /** The file that may not be there. */
  readonly path: string;
  /** What an older agent cannot. */
  readonly does: string;
  readonly body: object;
  readonly schema: z.ZodType<T>;
  readonly timeoutMs?: number;
}
