import { spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtempDisposable, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findProcess } from "@forkd/posix";
import { qemuProcesses } from "./vmm-processes.ts";

const nameOf = ({ pid = 0 }: ChildProcess) => findProcess(pid);

test("finds VMMs by the log that they print to or else their working directory, and ends one", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-vmms-"));
  const program = join(directory.path, "qemu-system-test");
  const launcher = join(directory.path, "forkd-launcher");
  for (const path of [program, launcher]) await copyFile("/bin/sleep", path);
  await using log = await open(join(directory.path, "vmm.log"), "a");
  const elsewhere: SpawnOptions = { detached: true, cwd: "/", stdio: ["ignore", log.fd, "ignore"] };
  const inside = { detached: true, cwd: directory.path, stdio: "ignore" } as const;
  const vmms = [
    spawn(program, ["60"], elsewhere),
    spawn(program, ["60"], inside),
    spawn(launcher, ["60"], elsewhere),
  ];
  const onlooker = spawn("sleep", ["60"], inside);
  await Promise.all([...vmms, onlooker].map((child) => once(child, "spawn")));
  const found = (await qemuProcesses.list()).filter((vmm) => vmm.directory === directory.path);
  expect(found.toSorted((a, b) => a.pid - b.pid)).toEqual(
    vmms.map((vmm) => ({ ...nameOf(vmm), directory: directory.path })),
  );
  for (const vmm of found) await qemuProcesses.end(vmm, { signal: AbortSignal.timeout(60_000) });
  expect(found.map((vmm) => qemuProcesses.isAlive(vmm))).toEqual([false, false, false]);
  onlooker.kill();
});
