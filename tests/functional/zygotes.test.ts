import { readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { findMachines, findZygotes } from "../harness/leftovers.ts";
import { IMAGE, PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

// A copy of a process cannot go on with the virtual CPUs of /dev/kvm: there, machines are restored.
beforeEach(({ skip }) => skip(process.env["FORKD_TEST_ACCELERATOR"] === "kvm", "no zygotes with KVM"));

/** Whose copy a machine is; nobody's for one that was restored. */
function parentOf(pid: number | null | undefined): number {
  return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

/** On a host that stands still for two seconds, a copy is taken to be silent, and its child restored. */
const UNLESS_SILENT = { retry: 2 };

test("all children of a snapshot are copies of one zygote, which stands still", UNLESS_SILENT, async () => {
  await using daemon = await TestDaemon.start({ isFresh: true });
  const first = await daemon.forkd.sandboxes.fork(PARENT, { n: 8 });
  const zygotes = findZygotes(daemon.dataDir);
  expect(zygotes).toHaveLength(1);
  const later = await daemon.forkd.sandboxes.fork(PARENT, { n: 2 });
  expect(new Set([...first, ...later].map(({ info }) => parentOf(info.pid)))).toEqual(new Set(zygotes));
  expect(await daemon.forkd.sandboxes.list()).toHaveLength(10);
});

test("a rehearsal leaves no trace for a child to see", UNLESS_SILENT, async () => {
  await using daemon = await TestDaemon.start({ isFresh: true });
  const [child] = await daemon.forkd.sandboxes.fork(PARENT, { n: 8 });
  if (!child) throw new Error("children were asked for");
  expect(findZygotes(daemon.dataDir)).toContain(parentOf(child.info.pid));
  // The parent has become a machine of its own once, before it was warmed up.
  const report = JSON.parse((await child.run("cat /run/forkd/fork.json")).stdout) as object;
  expect(report).toMatchObject({ generation: 2, sandbox_id: child.id });
  expect((await child.run("cat /run/hook-ran")).stdout).toBe(`${child.id} 0\n`);
  expect((await child.run("env | grep -i rehears; ls /run/forkd /tmp")).stdout).not.toMatch(/rehears/i);
  const names = await child.eval("sorted(name for name in globals() if not name.startswith('__'))");
  const imports = [
    "generator",
    "generators",
    "kinds",
    "numpy",
    "own",
    "random",
    "secrets",
    "ssl",
    "tempfile",
    "uuid",
  ];
  expect(JSON.parse(names.resultJson ?? "")).toEqual(imports);
  expect((await child.processes()).map(({ args }) => args[0])).not.toContain("true");
});

test("a few children do not wait for a zygote, but have one made for the next", async () => {
  await using daemon = await TestDaemon.start({ isFresh: true });
  const [first] = await daemon.forkd.sandboxes.fork(PARENT);
  expect(parentOf(first?.info.pid)).toBe(daemon.pid);
  await expect
    .poll(async () => {
      await using next = await daemon.forkd.sandboxes.fork(PARENT);
      return findZygotes(daemon.dataDir).includes(parentOf(next[0]?.info.pid));
    })
    .toBe(true);
});

test("what a zygote keeps goes with its snapshot", async () => {
  await using daemon = await TestDaemon.start({ isFresh: true });
  await daemon.forkd.snapshots.create({ tag: "brief", image: IMAGE });
  await expect.poll(() => findZygotes(daemon.dataDir)).toHaveLength(1);
  await daemon.forkd.snapshots.remove("brief");
  expect(findZygotes(daemon.dataDir)).toEqual([]);
});

test("a zygote that was killed is made anew by the next fork, and its copies live on", async () => {
  await using daemon = await TestDaemon.start({ isFresh: true });
  const [before] = await daemon.forkd.sandboxes.fork(PARENT, { n: 8 });
  const [zygote = 0] = findZygotes(daemon.dataDir);
  process.kill(zygote, "SIGKILL");
  const [after] = await daemon.forkd.sandboxes.fork(PARENT, { n: 8 });
  await expect.poll(() => findZygotes(daemon.dataDir)).toHaveLength(1);
  expect(findZygotes(daemon.dataDir)).not.toContain(zygote);
  for (const child of [before, after]) expect((await child?.run("echo alive"))?.stdout).toBe("alive\n");
});

test("zygotes end with their daemon, however it ends, and their copies do not", async () => {
  await using daemon = await TestDaemon.start({ isFresh: true });
  const children = await daemon.forkd.sandboxes.fork(PARENT, { n: 2 });
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    await daemon.forkd.sandboxes.fork(PARENT, { n: 8 });
    expect(findZygotes(daemon.dataDir)).toHaveLength(1);
    await daemon.kill(signal);
    await expect.poll(() => findZygotes(daemon.dataDir)).toEqual([]);
    expect(findMachines(daemon.dataDir).length).toBeGreaterThanOrEqual(2);
    await daemon.start();
  }
  for (const child of children) expect((await child.run("echo alive")).stdout).toBe("alive\n");
});

test("as many zygotes are kept as the daemon was told", async () => {
  await using daemon = await TestDaemon.start({ env: { FORKD_ZYGOTES: "1" } });
  await daemon.forkd.sandboxes.fork(PARENT, { n: 8 });
  const [first] = findZygotes(daemon.dataDir);
  await daemon.forkd.snapshots.create({ tag: "other", image: IMAGE });
  await daemon.forkd.sandboxes.fork("other", { n: 8 });
  await expect.poll(() => findZygotes(daemon.dataDir)).toHaveLength(1);
  expect(findZygotes(daemon.dataDir)).not.toContain(first);
  await daemon.forkd.sandboxes.killAll();
  await daemon.forkd.snapshots.remove("other");
});

test("a daemon that is told to keep none restores each child by itself", async () => {
  await using daemon = await TestDaemon.start({ env: { FORKD_ZYGOTES: "0" } });
  const children = await daemon.forkd.sandboxes.fork(PARENT, { n: 2 });
  expect(findZygotes(daemon.dataDir)).toEqual([]);
  for (const child of children) {
    expect(parentOf(child.info.pid)).toBe(daemon.pid);
    expect((await child.run("echo alive")).stdout).toBe("alive\n");
  }
});

test("a running machine that is forked leaves no zygote behind", async () => {
  await using daemon = await TestDaemon.start({ isFresh: true });
  const [source] = await daemon.forkd.sandboxes.fork(PARENT, { n: 8 });
  const [own] = findZygotes(daemon.dataDir);
  const copies = [...((await source?.fork({ n: 8 })) ?? []), ...((await source?.fork({ n: 2 })) ?? [])];
  expect(copies).toHaveLength(10);
  expect(findZygotes(daemon.dataDir)).toEqual([own]);
  for (const copy of copies) expect((await copy.run("echo alive")).stdout).toBe("alive\n");
});
