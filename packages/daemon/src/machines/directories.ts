import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SANDBOX_ID_PATTERN } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { MACHINE_FILES } from "@forkd/core";
import type { MachineDirectories, MachineDirectory, SandboxRecord } from "@forkd/core";
import { z } from "zod";

const RECORD_FILE = "state.json";
const KEPT_FILES = new Set<string>([MACHINE_FILES.console, MACHINE_FILES.vmmLog]);

const recordSchema = z.object({
  id: z.string().regex(SANDBOX_ID_PATTERN),
  snapshotTag: z.string(),
  snapshotId: z.string(),
  childIndex: z.number().int(),
  hostname: z.string(),
  pid: z.number().int().positive(),
  startTicks: z.string(),
  createdAtUnix: z.number(),
  expiresAtUnix: z.number().nullable(),
  memoryMib: z.number(),
  memoryLimitMib: z.number().nullable(),
  vcpus: z.number(),
  restoreMs: z.number(),
  readyMs: z.number(),
  liveFork: z.boolean().default(false),
  branchCount: z.number().int().default(0),
  lastBranchDirectory: z.string().nullable().default(null),
});

/** Keeps machines under `root`, one directory each, named by their id and readable by nobody else. */
export function createMachineDirectories(root: string): MachineDirectories {
  return {
    async create(id) {
      const path = join(root, id);
      await mkdir(path, { mode: 0o700 });
      return openDirectory(path);
    },
    async list() {
      const names = (await readdir(root)).filter((name) => SANDBOX_ID_PATTERN.test(name));
      return Promise.all(
        names.map(async (name) => {
          const path = join(root, name);
          return { directory: openDirectory(path), record: await readRecord(path, name as SandboxId) };
        }),
      );
    },
  };
}

function openDirectory(path: string): MachineDirectory {
  return {
    path,
    /** Renamed into place, not fsynced: after a power failure no machine is left that it could describe. */
    async writeRecord(record) {
      const temporary = join(path, `${RECORD_FILE}.new`);
      await writeFile(temporary, JSON.stringify(record), { mode: 0o600 });
      await rename(temporary, join(path, RECORD_FILE));
    },
    async keepLogsOnly() {
      const names = await readdir(path);
      await Promise.all(
        names.filter((name) => !KEPT_FILES.has(name)).map((name) => rm(join(path, name), { force: true })),
      );
    },
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
    },
  };
}

async function readRecord(path: string, id: SandboxId): Promise<SandboxRecord | undefined> {
  const text = await readFile(join(path, RECORD_FILE), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = recordSchema.safeParse(parseJson(text));
  return parsed.success && parsed.data.id === id ? (parsed.data as SandboxRecord) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
