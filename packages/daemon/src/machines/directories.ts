import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { SANDBOX_ID_PATTERN } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import type { FoundMachine, MachineDirectories, MachineDirectory, ProcessName } from "@forkd/core";
import { hasErrno, readShortFile, replaceFile } from "@forkd/posix";
import { hasKeptState, keptRecordPath, openKeptState } from "./kept-state.ts";
import { damaged, formatRecord, parseRecord } from "./record-file.ts";
import type { ReadRecord } from "./record-file.ts";

const RECORD_FILE = "state.json";
/** Its pid and start, in a file that we write once for each process. */
const PROCESS_FILE = "vmm.pid";
/** Nothing that we write is nearly as long. */
const READ_LIMIT_BYTES = 64 * 1024;

export interface DirectoriesOptions {
  readonly root: string;
  /** Of the host, which lasts longer than we do. */
  readonly bootId: string;
  /** What files are called that are kept of a dead machine. */
  readonly logs?: readonly string[];
}

/** Keeps machines under `root`, one directory each, named by their id and readable by nobody else. */
export function createMachineDirectories(options: DirectoriesOptions): MachineDirectories {
  const { root, bootId } = options;
  const find = async (id: SandboxId): Promise<FoundMachine> => {
    const directory = openDirectory(join(root, id), options);
    const [process, { record, of = bootId }, hasState, kept] = await Promise.all([
      readProcess(directory.path, bootId),
      readRecord(join(directory.path, RECORD_FILE), id),
      hasKeptState(directory.path),
      readRecord(keptRecordPath(directory.path), id),
    ]);
    // Both are there of a machine that was ready alone: where the record is gone, something removed it.
    const isLost = record.kind === "none" && (process !== undefined || hasState);
    return {
      id,
      directory,
      process,
      hasState,
      suspension: kept.record.kind === "whole" ? kept.record.record : undefined,
      isOfThisBoot: of === bootId,
      state: isLost ? damaged("its record is gone", undefined) : record,
    };
  };
  return {
    root,
    async create(id) {
      const path = join(root, id);
      await mkdir(path, { mode: 0o700 });
      return openDirectory(path, options);
    },
    find,
    async list() {
      const names = (await readdir(root)).filter((name) => SANDBOX_ID_PATTERN.test(name));
      return Promise.all(names.map((name) => find(name as SandboxId)));
    },
  };
}

function openDirectory(path: string, { bootId, logs = [] }: DirectoriesOptions): MachineDirectory {
  let noted = "";
  const noteProcess = async ({ pid, startTicks }: ProcessName): Promise<void> => {
    const text = `${pid} ${startTicks} ${bootId}\n`;
    if (text !== noted) await replaceFile(join(path, PROCESS_FILE), text, "untilReboot");
    noted = text;
  };
  return {
    path,
    state: openKeptState(path),
    async writeRecord(record, durability = record.suspended === null ? "untilReboot" : "durable") {
      // The record is last: what comes before it says nothing as long as it does not fit.
      const text = formatRecord(record, bootId);
      if (record.suspended === null) await noteProcess(record);
      else await keepWithState(path, text);
      await replaceFile(join(path, RECORD_FILE), text, durability);
    },
    async keepLogsOnly() {
      const names = await readdir(path);
      await Promise.all(
        names
          .filter((name) => !logs.includes(name))
          .map((name) => rm(join(path, name), { recursive: true, force: true })),
      );
    },
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** One that was put into the place of its state, or removed with it, is none to resume. */
async function keepWithState(path: string, record: string): Promise<void> {
  try {
    await replaceFile(keptRecordPath(path), record, "durable");
  } catch (error) {
    if (!hasErrno(error, "ENOENT")) throw error;
  }
}

async function readRecord(path: string, id: SandboxId): Promise<ReadRecord> {
  try {
    const text = await readText(path);
    if (text === undefined) return { record: { kind: "none" } };
    return parseRecord(text, id);
  } catch (error) {
    return { record: damaged(`its record cannot be read: ${(error as Error).message}`, undefined) };
  }
}

/** One that is damaged, or of an earlier boot, names no process that lives: pid and start would both have to fit. */
async function readProcess(path: string, bootId: string): Promise<ProcessName | undefined> {
  const text = await readText(join(path, PROCESS_FILE)).catch(() => "");
  if (text === undefined) return undefined;
  const [, pid = "0", startTicks = "", of = bootId] =
    /^(\d{1,10}) (\d{1,20})(?: ([\da-f-]+))?\n$/.exec(text) ?? [];
  return of === bootId ? { pid: Number(pid), startTicks } : { pid: 0, startTicks: "" };
}

/** Undefined when it is not there. */
async function readText(path: string): Promise<string | undefined> {
  const bytes = await readShortFile(path, READ_LIMIT_BYTES, (why) => new Error(`${path} ${why}`));
  return bytes?.toString();
}
