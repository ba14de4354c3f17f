export { readBootId } from "./boot-id.ts";
export { errnoOf, hasErrno, isMissing, unlessMissing } from "./errno.ts";
export { isZero } from "./is-zero.ts";
export { LineSplitter } from "./line-splitter.ts";
export { listPointsBelow, parseMountInfo, readMounts } from "./mount-info.ts";
export type { Mount } from "./mount-info.ts";
export { SOCKET_PATH_LIMIT_BYTES, isSocketPath } from "./socket-path.ts";
export { allocatedBytes } from "./files/allocated-bytes.ts";
export { cloneFile } from "./files/clone-file.ts";
export { readFreeBytes } from "./files/free-bytes.ts";
export { hashFile } from "./files/hash-file.ts";
export type { HashedFile } from "./files/hash-file.ts";
export { listDirectory } from "./files/list-directory.ts";
export type { MakeError } from "./files/make-error.ts";
export { openNamedFile, readNamedFile } from "./files/named-file.ts";
export type { NamedFile } from "./files/named-file.ts";
export { readFully, readUpTo } from "./files/read-fully.ts";
export {
  findRegularFile,
  hasDirectory,
  inspectHandle,
  inspectRegularFile,
  openRegularFile,
} from "./files/regular-file.ts";
export type { FileFacts } from "./files/regular-file.ts";
export { isTemporary, removeTemporaries, replaceFile } from "./files/replace-file.ts";
export { sha256Of } from "./files/sha256.ts";
export { readIfPresent, readShort, readShortFile } from "./files/short-file.ts";
export { isSameFile } from "./files/same-file.ts";
export { syncDirectory } from "./files/sync-directory.ts";
export { writeFully } from "./files/write-fully.ts";
export { killGroup, killProcess, killRestOfGroup, waitUntilGone } from "./processes/end-process.ts";
export { listPids, readProcessPath, readProgramName } from "./processes/list-processes.ts";
export { findChild, findProcess, isProcessAlive } from "./processes/process-stat.ts";
export type { ProcessName } from "./processes/process-stat.ts";
export { readProcessUsage } from "./processes/process-usage.ts";
