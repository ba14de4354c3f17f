import type { Sandbox } from "@forkd/sdk";
import { expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { useChild } from "../harness/one-child.ts";
import { pidOf } from "../harness/pid-of.ts";

const used = useChild();

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
  process.kill(pidOf(child), "SIGKILL");
  expect((await waitUntilDead(child)).why).toMatch(/SIGKILL/);
  await expect(child.run("true")).rejects.toMatchObject({ code: "sandbox_dead" });
  await child.kill();
});

test("everything else goes on", async () => {
  expect((await used.child.run("echo alive")).stdout).toBe("alive\n");
});
