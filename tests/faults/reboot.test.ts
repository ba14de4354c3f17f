import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SandboxId } from "@forkd/contract";
import { expect, test } from "vitest";
import { formatRecord, parseRecord } from "../../packages/daemon/src/machines/record-file.ts";
import { createRecord } from "../../packages/daemon/test/sandbox-record.ts";
import { findHierarchy } from "../../packages/host/src/limits/hierarchy.ts";
import { subtreeName, subtreeOf } from "../../packages/host/src/limits/subtree.ts";
import { hasNamespaces } from "../../packages/host/test/network/fake-guest.ts";
import { forkOne } from "../harness/fork-one.ts";
import { findLeftovers } from "../harness/leftovers.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const isRoot = process.getuid?.() === 0;
const CLAIMS = "/run/forkd-netns";

test("what is there when a host went down stops no start, and goes", async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), "forkd-reboot-"));
  await using daemon = await TestDaemon.start({ dataDir: dir.path });
  await daemon.kill();
  expect(existsSync(daemon.socketPath)).toBe(true);
  // Its process is another program's after the boot.
  const record = createRecord({ pid: process.pid, startTicks: "1" });
  const machine = join(dir.path, "vms", record.id);
  const left = { "state.json": formatRecord(record, "another-boot"), "vmm.pid": "{}", "qmp.sock": "" };
  mkdirSync(machine);
  for (const [name, text] of Object.entries(left)) writeFileSync(join(machine, name), text);
  const directories = ["vms/sb_0000000000000000", "zygotes/sb_0000000000000001", "drafts/half", "unfinished"];
  for (const name of directories) mkdirSync(join(dir.path, name), { recursive: true });
  writeFileSync(join(dir.path, "forks", "half"), "{");
  const groups = isRoot ? await makeGroups(dir.path, record.id) : [];
  const namespace = isRoot && hasNamespaces ? makeNamespace(machine) : undefined;
  await daemon.start();
  expect(await daemon.forkd.sandboxes.list()).toEqual([]);
  expect(findLeftovers(daemon)).toEqual({ vms: [], drafts: [], processes: [] });
  expect(readdirSync(join(dir.path, "zygotes"))).toEqual([]);
  expect(groups.filter((group) => existsSync(group))).toEqual([]);
  expect(namespace !== undefined && existsSync(namespace)).toBe(false);
});

test("a machine that was suspended outlives the boot of its host", async () => {
  await using daemon = await TestDaemon.start();
  await using child = await forkOne(daemon);
  await child.eval("remembered = 12345", { mode: "run" });
  await child.suspend();
  await daemon.kill();
  const file = join(daemon.dataDir, "vms", child.id, "state.json");
  const { record, of: boot } = parseRecord(readFileSync(file, "utf8"), child.id as SandboxId);
  if (record.kind !== "whole") throw new Error("the record is not whole");
  expect(boot).not.toBe("another-boot");
  writeFileSync(file, formatRecord(record.record, "another-boot"));
  await daemon.start();
  expect((await child.refresh()).status).toBe("suspended");
  await child.resume();
  expect(await child.eval("remembered")).toMatchObject({ result: "12345" });
});

/** Empty groups of the daemon of a data directory in the tree of each controller. */
async function makeGroups(dataDir: string, machine: string): Promise<string[]> {
  const found = await Promise.all(["memory", "cpu", "pids"].map((name) => findHierarchy({ name })));
  const trees = found.flatMap((tree) => ("why" in tree ? [] : [{ ...tree, name: subtreeName(dataDir) }]));
  const groups = trees.map((tree) => join(subtreeOf(tree), machine));
  for (const group of groups) mkdirSync(group, { recursive: true });
  return groups;
}

/** A network namespace, and the claim of it for this machine. */
function makeNamespace(machine: string): string {
  mkdirSync(CLAIMS, { recursive: true });
  const name = "forkd-child-8000";
  execFileSync("ip", ["netns", "add", name]);
  symlinkSync(machine, join(CLAIMS, name));
  return `/run/netns/${name}`;
}
