import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { runCommand } from "../process/run-command.ts";
import { packInitramfs, stageInitramfs } from "./initramfs.ts";

const { signal } = new AbortController();

async function pack(directory: string, name: string): Promise<string> {
  const build = join(directory, "build");
  const root = join(directory, name);
  await mkdir(build, { recursive: true });
  await mkdir(root);
  for (const file of ["forkd-agent", "python.py", "virtio.ko", "virtio_blk.ko"]) {
    await writeFile(join(build, file), `content of ${file}`);
  }
  await stageInitramfs(root, {
    agentDirectory: build,
    agentFiles: ["forkd-agent", "python.py"],
    moduleDirectory: build,
    modules: ["virtio.ko", "virtio_blk.ko"],
  });
  await packInitramfs(root, `${root}.cpio`, { signal });
  return `${root}.cpio`;
}

test("holds the agent as init, the interpreters' programs and the modules in order, all owned by root", async () => {
  const directory = await mkdtemp(join(tmpdir(), "forkd-host-"));
  const archive = await pack(directory, "one");
  const list = (await runCommand("sh", ["-c", `cpio -itv --quiet < ${archive}`], { signal })).stdout.split(
    "\n",
  );
  const rows = list
    .map((line) => line.split(/\s+/))
    .map(([mode, , user, group, , , , , name]) => [mode, user, group, name]);
  expect(rows).toEqual([
    ["drwxr-xr-x", "root", "root", "dev"],
    ["drwxr-xr-x", "root", "root", "forkd"],
    ["drwxr-xr-x", "root", "root", "forkd/interpreters"],
    ["-rwxr-xr-x", "root", "root", "forkd/interpreters/python.py"],
    ["drwxr-xr-x", "root", "root", "forkd/lib"],
    ["-rw-r--r--", "root", "root", "forkd/lib/virtio.ko"],
    ["-rw-r--r--", "root", "root", "forkd/lib/virtio_blk.ko"],
    ["-rw-r--r--", "root", "root", "forkd/modules"],
    ["-rwxr-xr-x", "root", "root", "init"],
    ["drwxr-xr-x", "root", "root", "proc"],
    ["drwxr-xr-x", "root", "root", "sys"],
  ]);
  const modules = await runCommand("sh", ["-c", `cpio -i --to-stdout --quiet forkd/modules < ${archive}`], {
    signal,
  });
  expect(modules.stdout).toBe("/forkd/lib/virtio.ko\n/forkd/lib/virtio_blk.ko");
  await rm(directory, { recursive: true });
});

test("is the same, byte for byte, when it is packed again later", async () => {
  const directory = await mkdtemp(join(tmpdir(), "forkd-host-"));
  const first = await readFile(await pack(directory, "one"));
  await setTimeout(1_050);
  const before = process.umask(0o077);
  const second = await readFile(await pack(directory, "two"));
  process.umask(before);
  expect(first.equals(second)).toBe(true);
  await rm(directory, { recursive: true });
});
