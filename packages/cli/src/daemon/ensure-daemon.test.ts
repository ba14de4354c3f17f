import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Progress } from "@forkd/sdk";
import { expect, test, vi } from "vitest";
import { ensureDaemon } from "./ensure-daemon.ts";
import { tryLock, waitForRelease } from "../lock.ts";

const program = resolve(import.meta.dirname, "../../test/fixture-daemon.ts");

async function createPlace() {
  const dir = await mkdtemp(join(tmpdir(), "forkd-start-"));
  const socketPath = join(dir, "run", "forkd.sock");
  vi.stubEnv("FORKD_SOCKET", socketPath);
  const starts = async (): Promise<number[]> =>
    (await readFile(`${socketPath}.starts`, "utf8")).trim().split("\n").map(Number);
  return {
    socketPath,
    starts,
    async [Symbol.asyncDispose]() {
      vi.unstubAllEnvs();
      for (const pid of await starts().catch(() => [])) if (await isAlive(pid)) process.kill(pid, "SIGKILL");
      await rm(dir, { recursive: true });
    },
  };
}

async function isAlive(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).includes("fixture-daemon");
}

const { signal } = new AbortController();

test("any number of callers at once start one daemon", async () => {
  await using place = await createPlace();
  await Promise.all([1, 2, 3].map(() => ensureDaemon(place.socketPath, { signal, program })));
  await ensureDaemon(place.socketPath, { signal, program });
  expect(await place.starts()).toHaveLength(1);
});

test("the log and its directory are for their owner alone", async () => {
  await using place = await createPlace();
  await ensureDaemon(place.socketPath, { signal, program });
  const modes = await Promise.all([
    stat(dirname(place.socketPath)),
    stat(join(dirname(place.socketPath), "daemon.log")),
  ]);
  expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o600]);
});

test("a daemon that ends while it starts is shown with its last words", async () => {
  await using place = await createPlace();
  await mkdir(dirname(place.socketPath), { mode: 0o700 });
  await writeFile(`${place.socketPath}.refuse`, "");
  const attempt = ensureDaemon(place.socketPath, { signal, program });
  await expect(attempt).rejects.toMatchObject({
    code: "daemon_start_failed",
    message: expect.stringMatching(/ended with status 9.*no QEMU here/s) as string,
  });
});

test("a daemon that takes its time is waited for, and what it logged last is told meanwhile", async () => {
  await using place = await createPlace();
  await mkdir(dirname(place.socketPath), { mode: 0o700 });
  await writeFile(`${place.socketPath}.slow`, "");
  const told: string[] = [];
  const onProgress = ({ message }: Progress) => void told.push(message);
  await ensureDaemon(place.socketPath, { signal, program, onProgress });
  expect(told[0]).toBe("starting");
  expect(told).toContain("starting (sandbox.adopted)");
  expect(await place.starts()).toHaveLength(1);
});

test("the directory of an address that is not the user's own is not made", async () => {
  await using place = await createPlace();
  vi.stubEnv("FORKD_SOCKET", "/run/forkd/other.sock");
  await expect(ensureDaemon(place.socketPath, { signal, program })).rejects.toMatchObject({
    code: "daemon_unreachable",
    message: expect.stringContaining(`there is no ${dirname(place.socketPath)}`) as string,
  });
  await expect(stat(dirname(place.socketPath))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a directory that others may write to is refused", async () => {
  await using place = await createPlace();
  await mkdir(dirname(place.socketPath));
  await chmod(dirname(place.socketPath), 0o777);
  const attempt = ensureDaemon(place.socketPath, { signal, program });
  await expect(attempt).rejects.toMatchObject({ code: "unsafe_runtime_dir" });
});

test("an abort ends the wait with its reason", async () => {
  await using place = await createPlace();
  await using held = await tryLock(place.socketPath);
  expect(held).toBeDefined();
  const reason = new Error("enough");
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 50);
  const attempt = ensureDaemon(place.socketPath, { signal: controller.signal, program });
  await expect(attempt).rejects.toBe(reason);
});

test("the start lock has one holder, and its end wakes those who wait", async () => {
  const path = `/lock/test-${process.pid}`;
  const holder = await tryLock(path);
  expect(await tryLock(path)).toBeUndefined();
  const woken = waitForRelease(path, AbortSignal.timeout(60_000));
  setTimeout(() => void holder?.[Symbol.asyncDispose](), 30);
  await woken;
  await using next = await tryLock(path);
  expect(next).toBeDefined();
});
