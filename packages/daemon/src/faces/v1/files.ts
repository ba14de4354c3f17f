import { posix } from "node:path";
import type { FileInfo, fileRoutes } from "@forkd/contract";
import type { GuestFile } from "@forkd/core";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Files inside of a guest. */
export function createFileHandlers({ operations }: Services): Handlers<keyof typeof fileRoutes> {
  return {
    readFile: (call) =>
      operations.readFile(call.caller, { ...call.params, ...call.query, range: call.range }, call),
    writeFile: async (call) => {
      const { meta, ...query } = call.query;
      const order = { ...call.params, ...query, metadata: parsePairs(meta), content: call.body };
      return { bytes: await operations.writeFile(call.caller, order, call) };
    },
    removeFile: async (call) => {
      await operations.removeFile(call.caller, { ...call.params, order: call.query }, call);
      return {};
    },
    updateFile: async (call) =>
      toFileInfo(await operations.updateFile(call.caller, { ...call.params, order: call.body }, call)),
    getFileInfo: async (call) =>
      toFileInfo(await operations.getFileInfo(call.caller, { ...call.params, order: call.query }, call)),
    listFiles: async (call) => {
      const found = await operations.listFiles(call.caller, { ...call.params, order: call.query }, call);
      return placeBelow(call.query.path, found);
    },
    watchFiles: (call) => operations.watchFiles(call.caller, { ...call.params, order: call.query }, call),
    makeDirectory: async (call) => ({
      created: await operations.makeDirectory(call.caller, { ...call.params, order: call.body }, call),
    }),
    moveFile: async (call) =>
      toFileInfo(await operations.moveFile(call.caller, { ...call.params, order: call.body }, call)),
    readDirectory: (call) => operations.readDirectory(call.caller, { ...call.params, ...call.query }, call),
    writeDirectory: async (call) => {
      const order = { ...call.params, ...call.query, content: call.body };
      await operations.writeDirectory(call.caller, order, call);
      return {};
    },
    signFileUrl: (call) => operations.signFileUrl(call.caller, { ...call.params, request: call.body }, call),
  };
}

/** `KEY=VALUE`, where a value may have `=`. */
function parsePairs(pairs: string | readonly string[] | undefined): Record<string, string> | undefined {
  if (pairs === undefined) return undefined;
  const split = (pair: string): [string, string] => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  };
  return Object.fromEntries([pairs].flat().map(split));
}

async function* placeBelow(directory: string, found: AsyncIterable<GuestFile>): AsyncGenerator<FileInfo> {
  for await (const file of found) yield toFileInfo({ ...file, path: posix.join(directory, file.path) });
}

function toFileInfo(file: GuestFile): FileInfo {
  const { path, type, uid, gid, owner, group } = file;
  return {
    name: posix.basename(path),
    path,
    type,
    size: file.sizeBytes,
    mode: file.mode.toString(8).padStart(4, "0"),
    uid,
    gid,
    owner,
    group,
    modified_at_unix_ms: file.modifiedMs,
    symlink_target: file.target,
    metadata: file.metadata,
  };
}
