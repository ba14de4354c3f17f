import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, mkdtempDisposable, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { qemuProcesses } from "@forkd/engine-qemu";
import { buildPrefix } from "@forkd/host";
import { expect, test } from "vitest";
import { endOrphans } from "./orphans.ts";

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/** One process: a child of it would have its command line for a moment. */
function spawnBuilder(root: string): ChildProcess {
  return spawn("sh", ["-c", "read _", "mmdebstrap", "bookworm", root], {
    stdio: ["pipe", "ignore", "ignore"],
  });
}

test("ends VMMs that run in a directory and builders that name it, and nothing else", async () => {
  const directory = await mkdtemp(join(tmpdir(), "forkd-orphans-"));
  const program = join(directory, "qemu-system-test");
  await copyFile("/bin/sleep", program);
  const options = { cwd: directory, stdio: "ignore" } as const;
  const vmm = spawn(program, ["60"], options);
  const builder = spawnBuilder(`${directory}/root`);
  const adopted = spawn(program, ["60"], options);
  const onlooker = spawn("sleep", ["60"], options);
  await once(onlooker, "spawn");
  const ended = await endOrphans(qemuProcesses, [directory], new Set([adopted.pid ?? 0]));
  expect(new Set(ended)).toEqual(new Set([vmm.pid, builder.pid]));
  expect([adopted, onlooker].map(isAlive)).toEqual([true, true]);
  for (const bystander of [adopted, onlooker]) bystander.kill();
  await rm(directory, { recursive: true });
});

/** Containers and some distributions refuse namespaces of mounts to ordinary users. */
const hasNamespaces = spawnSync("unshare", ["--map-root-user", "--mount", "true"]).status === 0;

test.skipIf(!hasNamespaces)(
  "leaves what runs where the same path is another's, as in a container",
  async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-orphans-"));
    await using elsewhere = await mkdtempDisposable(join(tmpdir(), "forkd-orphans-"));
    const program = join(elsewhere.path, "qemu-system-test");
    await copyFile("/bin/sleep", program);
    const inside = `mount -t tmpfs none ${directory.path} && cd ${directory.path} && touch there && exec "$@"`;
    const spawnInside = (...command: string[]): ChildProcess =>
      spawn("unshare", ["--map-root-user", "--mount", "sh", "-c", inside, "sh", ...command], {
        stdio: ["pipe", "pipe", "inherit"],
      });
    const said = "echo; read _";
    const builder = spawnInside("sh", "-c", said, "mmdebstrap", "bookworm", `${directory.path}/root`);
    const vmm = spawnInside("sh", "-c", `echo; exec ${program} 60 > ${directory.path}/vmm.log`);
    using _undo = { [Symbol.dispose]: () => [builder, vmm].forEach((bystander) => void bystander.kill()) };
    await Promise.all([builder, vmm].map(({ stdout }) => once(stdout!, "data")));
    const programOf = (pid = 0): Promise<string> => readlink(`/proc/${pid}/exe`);
    await expect.poll(() => programOf(vmm.pid)).toBe(program);
    expect(await endOrphans(qemuProcesses, [directory.path], new Set())).toEqual([]);
    expect([builder, vmm].map(isAlive)).toEqual([true, true]);
  },
);

test("leaves a builder to the daemon that it works for, while that one lives", async () => {
  const directory = await mkdtemp(join(tmpdir(), "forkd-orphans-"));
  const build = (prefix: string): ChildProcess => spawnBuilder(`${directory}/${prefix}abc/root`);
  const [wanted, orphan] = [build(buildPrefix()), build(`forkd-build-${process.pid}-1-`)];
  await Promise.all([once(wanted, "spawn"), once(orphan, "spawn")]);
  expect(await endOrphans(qemuProcesses, [directory], new Set())).toEqual([orphan.pid]);
  expect(isAlive(wanted)).toBe(true);
  wanted.kill();
  await rm(directory, { recursive: true });
});
