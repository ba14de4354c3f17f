import { posix } from "node:path";
import { Code, ConnectError } from "@connectrpc/connect";
import type { ServiceImpl } from "@connectrpc/connect";
import { isForkdError } from "@forkd/contract";
import type { Services } from "../../../../services.ts";
import type { Filesystem } from "../../wire/filesystem.gen.js";
import { callOf } from "../rpc-call.ts";
import type { EnvdCall } from "../envd-call.ts";
import { resolvePlace } from "../places/resolve-place.ts";
import { describeEntry } from "./entry-info.ts";
import type { Entry } from "./entry-info.ts";
import { listDirectory } from "./list-dir.ts";

type EntryProcedures = Pick<
  ServiceImpl<typeof Filesystem>,
  "stat" | "makeDir" | "move" | "listDir" | "remove"
>;

const DIRECTORY_MODE = "0755";

/** What is where. */
export function createEntryProcedures(services: Services): EntryProcedures {
  const { operations } = services;

  const describe = async (call: EnvdCall, path: string): Promise<{ entry: Entry }> => {
    const { caller, id, signal } = call;
    const order = { path, follow: false };
    const file = await operations.getFileInfo(caller, { id, order }, { signal });
    return { entry: await describeEntry(operations, call, file) };
  };

  /** Gives whether there was none. */
  const makeDirectory = async ({ caller, id, user, signal }: EnvdCall, path: string): Promise<boolean> => {
    // Nobody makes that one.
    if (path === "/") return false;
    const order = { path, mode: DIRECTORY_MODE, user };
    return await operations.makeDirectory(caller, { id, order }, { signal });
  };

  return {
    async stat({ path }, context) {
      const call = callOf(context);
      return await describe(call, await resolvePlace(operations, call, path));
    },

    async makeDir(request, context) {
      const call = callOf(context);
      const path = await resolvePlace(operations, call, request.path);
      if (await makeDirectory(call, path)) return await describe(call, path);
      throw new ConnectError(`there is a directory ${path} already`, Code.AlreadyExists);
    },

    async move(request, context) {
      const call = callOf(context);
      const { caller, id, signal } = call;
      const from = await resolvePlace(operations, call, request.source);
      const to = await resolvePlace(operations, call, request.destination);
      await makeDirectory(call, posix.dirname(to));
      await operations.moveFile(caller, { id, order: { from, to } }, { signal });
      return await describe(call, to);
    },

    async listDir({ path, depth }, context) {
      const call = callOf(context);
      const order = { path: await resolvePlace(operations, call, path), depth: depth || 1 };
      return { entries: await listDirectory(operations, call, order) };
    },

    async remove(request, context) {
      const call = callOf(context);
      const { caller, id, signal } = call;
      const path = await resolvePlace(operations, call, request.path);
      try {
        await operations.removeFile(caller, { id, order: { path, recursive: true } }, { signal });
      } catch (error) {
        // To E2B that is done already.
        if (!isForkdError(error) || error.code !== "guest_file_not_found") throw error;
      }
      return {};
    },
  };
}
