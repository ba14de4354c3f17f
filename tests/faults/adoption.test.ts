import { chmod, mkdir, mkdtempDisposable, readFile, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { monitorPath } from "@forkd/engine-qemu";
import { findLeftovers, findMachines } from "../harness/leftovers.ts";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { pidOf } from "../harness/pid-of.ts";

let daemon: TestDaemon;
let children: readonly [Sandbox, Sandbox, Sandbox];
beforeAll(async () => {
  daemon = await TestDaemon.start();
  const forked = await daemon.forkd.sandboxes.fork(PARENT, { n: 3 });
  children = [forked[0] as Sandbox, forked[1] as Sandbox, forked[2] as Sandbox];
  for (const child of children) await child.eval(`mine = "${child.id}"`, { mode: "run" });
});
afterAll(() => daemon[Symbol.asyncDispose]());

/** Long, for a machine that refuses is asked again ever less often. */
const PATIENT = { timeout: 60_000, interval: 200 };

const statusOf = async (child: Sandbox): Promise<string> => (await child.refresh()).status;

/** What each answers that is still the machine that it was. */
async function askAll(): Promise<(string | null)[]> {
  const answers = await Promise.all(children.map((child) => child.eval("mine")));
  return answers.map(({ resultJson }) => resultJson);
}
const ALL_WELL = (): string[] => children.map(({ id }) => `"${id}"`);

const recordOf = ({ id }: Sandbox): string => join(daemon.dataDir, "vms", id, "state.json");

/** Alters the digit in the middle of a machine's pid. */
async function alterRecord(child: Sandbox): Promise<string> {
  const text = await readFile(recordOf(child), "utf8");
  const at = text.indexOf('"pid":') + 7;
  const altered = text[at] === "1" ? "2" : "1";
  await writeFile(recordOf(child), text.slice(0, at) + altered + text.slice(at + 1));
  return text;
}

test.each([
  ["fails", "#!/bin/sh\nexit 1\n"],
  ["hangs", "#!/bin/sh\nexec sleep 20\n"],
  ["is not there", undefined],
])("machines are adopted where the QEMU in PATH %s", async (_, program) => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-path-"));
  for (const name of program === undefined ? [] : ["qemu-system-x86_64", "qemu-system-x86_64-microvm"]) {
    await writeFile(join(directory.path, name), program ?? "");
    await chmod(join(directory.path, name), 0o755);
  }
  await daemon.kill("SIGKILL");
  await daemon.start({ PATH: directory.path });
  expect(await askAll()).toEqual(ALL_WELL());
});

test("a machine whose record has one byte altered runs on unmanaged, and is adopted once it is mended", async () => {
  const [child, other] = children;
  await daemon.kill("SIGKILL");
  const text = await alterRecord(child);
  await daemon.start();
  await expect.poll(() => statusOf(child), PATIENT).toBe("unmanaged");
  expect(await child.refresh()).toMatchObject({ unmanagedWhy: expect.stringContaining("damaged") as string });
  expect(child.info.pid).toBe(findMachines(daemon.dataDir).find((pid) => pid === child.info.pid));
  for (const attempt of [child.run("true"), daemon.forkd.sandboxes.adopt(child.id)]) {
    await expect(attempt).rejects.toMatchObject({ code: "sandbox_unmanaged" });
  }
  await expect(daemon.forkd.snapshots.remove(PARENT)).rejects.toMatchObject({ code: "snapshot_in_use" });
  expect((await other.run("echo running")).stdout).toBe("running\n");
  await writeFile(recordOf(child), text);
  expect((await daemon.forkd.sandboxes.adopt(child.id)).info.status).toBe("running");
  expect(await askAll()).toEqual(ALL_WELL());
});

test("a machine that stands still, and one whose monitor another program has, hold up nobody", async () => {
  const [stopped, taken, other] = children;
  await daemon.kill("SIGKILL");
  process.kill(pidOf(stopped), "SIGSTOP");
  const intruder = connect(monitorPath(join(daemon.dataDir, "vms", taken.id)));
  await once(intruder, "data");
  await daemon.serve();
  expect([await statusOf(stopped), await statusOf(taken)]).toEqual(["adopting", "adopting"]);
  expect((await other.run("echo running")).stdout).toBe("running\n");
  await expect(stopped.run("true")).rejects.toMatchObject({ code: "sandbox_unmanaged" });
  await expect.poll(() => statusOf(taken), PATIENT).toBe("unmanaged");
  process.kill(pidOf(stopped), "SIGCONT");
  intruder.destroy();
  await expect.poll(() => statusOf(stopped), PATIENT).toBe("running");
  await expect.poll(() => statusOf(taken), PATIENT).toBe("running");
  expect(await askAll()).toEqual(ALL_WELL());
});

test("an unmanaged machine can be ended, whatever of its record is left", async () => {
  const [altered, lost, removed] = children;
  await daemon.kill("SIGKILL");
  await alterRecord(altered);
  // Nothing but the directory that its process works in names this one.
  await writeFile(recordOf(lost), "{");
  await writeFile(join(recordOf(lost), "../vmm.pid"), "?");
  process.kill(pidOf(removed), "SIGSTOP");
  await rm(join(recordOf(removed), ".."), { recursive: true });
  await mkdir(join(daemon.dataDir, "vms/sb_0000000000000000"));
  await daemon.start();
  expect((await daemon.forkd.sandboxes.list()).map(({ id }) => id).toSorted()).toEqual(
    children.map(({ id }) => id).toSorted(),
  );
  for (const child of children) await child.kill();
  expect(await daemon.forkd.sandboxes.list()).toEqual([]);
  expect(findLeftovers(daemon)).toEqual({ vms: [], drafts: [], processes: [] });
});
