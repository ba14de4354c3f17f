import { existsSync, readFileSync } from "node:fs";
import type { Sandbox } from "@forkd/sdk";
import { expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { useChild } from "../harness/one-child.ts";
import { PARENT } from "../harness/parent.ts";

const used = useChild();

/** Where a process's memory is limited: cgroup v1's memory hierarchy, or v2's only one, by proc_pid_cgroup(5). */
function memoryGroupOf(pid: number): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, "utf8").split("\n");
  const v1 = lines.find((line) => line.includes(":memory:"))?.split(":")[2];
  if (v1 !== undefined) return `/sys/fs/cgroup/memory${v1}`;
  return `/sys/fs/cgroup${lines.find((line) => line.startsWith("0::"))?.slice(3)}`;
}

function readLimit(group: string): number {
  const file = ["memory.limit_in_bytes", "memory.max"]
    .map((name) => `${group}/${name}`)
    .find((path) => existsSync(path));
  return Number(readFileSync(file ?? "", "utf8"));
}

async function waitUntilDead(child: Sandbox): Promise<NonNullable<Sandbox["info"]["died"]>> {
  await expect.poll(async () => (await child.refresh()).status).toBe("dead");
  if (!child.info.died) throw new Error("a dead machine has no reason");
  return child.info.died;
}

test("a guest that panics ends the command that it is in the middle of, with its last console lines", async () => {
  const child = await forkOne(used.daemon);
  const endless = child.run("echo c > /proc/sysrq-trigger; sleep infinity", { timeoutSecs: 3600 });
  await expect(endless).rejects.toMatchObject({ code: "sandbox_dead", status: 409 });
  const died = await waitUntilDead(child);
  expect(died.why).toMatch(/kernel panicked: .*sysrq/);
  expect(died.console.join("\n")).toContain("entry_SYSCALL_64");
  await child.kill();
});

test("a guest that powers itself off says so", async () => {
  const child = await forkOne(used.daemon);
  await child.run("echo o > /proc/sysrq-trigger; sleep 10").catch(() => undefined);
  expect((await waitUntilDead(child)).why).toMatch(/off|reset|reboot/);
  await child.kill();
});

test("a guest that runs out of memory loses the process, not the machine", async () => {
  const child = await forkOne(used.daemon);
  const hog = "x = []\nwhile True: x.append(bytearray(1 << 20))";
  expect(await child.exec(["python3", "-c", hog], { timeoutSecs: 60 })).toMatchObject({ signal: "SIGKILL" });
  expect((await child.run("echo alive")).stdout).toBe("alive\n");
  await child.kill();
});

test("a VMM that is killed is reported with the signal, and asking it says why", async () => {
  const child = await forkOne(used.daemon);
  process.kill(child.info.pid ?? 0, "SIGKILL");
  expect((await waitUntilDead(child)).why).toMatch(/SIGKILL/);
  await expect(child.run("true")).rejects.toMatchObject({ code: "sandbox_dead" });
  await child.kill();
});

test.runIf(process.getuid?.() === 0)("a memory limit is in force, and goes with its machine", async () => {
  const [child] = await used.daemon.forkd.sandboxes.fork(PARENT, { memoryLimitMib: 320 });
  const group = memoryGroupOf(child?.info.pid ?? 0);
  expect(readLimit(group)).toBe(320 * 1024 * 1024);
  await child?.kill();
  expect(existsSync(group)).toBe(false);
});

test("everything else goes on", async () => {
  expect((await used.child.run("echo alive")).stdout).toBe("alive\n");
});
