import { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

const here = () => ({ client: { baseUrl: daemon.forkd.baseUrl } });

test("a sandbox is made with a client of its own, in E2B's words, and ends with its handle", async () => {
  let id: string;
  {
    const options = { ...here(), timeoutMs: 300_000, metadata: { team: "shop" }, envs: { ROLE: "worker" } };
    await using sandbox = await Sandbox.create(PARENT, { ...options, name: "habits" });
    ({ id } = sandbox);
    expect(sandbox).toMatchObject({ name: "habits", labels: { team: "shop" } });
    const left = sandbox.info.expiresAtUnix! - Date.now() / 1000;
    expect(Math.abs(left - 300)).toBeLessThan(60);
    const told: string[] = [];
    const ran = await sandbox.commands.run("echo $ROLE $MORE; pwd; echo err >&2; exit 3", {
      envs: { MORE: "than that" },
      cwd: "/srv",
      onStdout: (text) => told.push(text),
    });
    expect(ran).toMatchObject({ stdout: "worker than that\n/srv\n", stderr: "err\n", exitCode: 3 });
    expect(told.join("")).toBe(ran.stdout);
    expect(await sandbox.commands.run("sleep 60", { timeoutMs: 500 })).toMatchObject({ timedOut: true });
  }
  await expect(daemon.forkd.sandboxes.get(id)).rejects.toMatchObject({ code: "sandbox_not_found" });
});

test("a command in the background is fed, found by its pid, and ended", async () => {
  await using sandbox = await Sandbox.create(PARENT, here());
  const { commands } = sandbox;
  const cat = await commands.run("cat", { background: true, stdin: true });
  await commands.sendStdin(cat.pid, "one\n");
  await commands.sendStdin(cat.pid, "two\n");
  let output = "";
  for await (const { data } of commands.connect(cat.pid).output()) {
    output += new TextDecoder().decode(data);
    if (output.endsWith("two\n")) break;
  }
  expect(output).toBe("one\ntwo\n");
  expect((await commands.list()).find(({ pid }) => pid === cat.pid)?.running).toBe(true);
  await commands.kill(cat.pid);
  expect((await cat.wait()).signal).toBe("SIGKILL");
});

test("a sandbox that is there is connected to by its name, runs on where it was paused, and lives as long as is told", async () => {
  await using sandbox = await Sandbox.create(PARENT, { ...here(), name: "paused" });
  await sandbox.eval("kept = 42");
  await sandbox.pause();
  const same = await Sandbox.connect("paused", { ...here(), timeoutMs: 600_000 });
  expect([same.id, same.info.status]).toEqual([sandbox.id, "running"]);
  expect((await same.eval("kept")).result).toBe("42");
  const { expiresAtUnix } = await sandbox.refresh();
  expect(expiresAtUnix).toBeGreaterThan(Date.now() / 1000 + 500);
});

test("what cannot be made or found says so", async () => {
  await expect(Sandbox.create("none", here())).rejects.toMatchObject({ code: "snapshot_not_found" });
  await expect(Sandbox.connect("none", here())).rejects.toMatchObject({ code: "sandbox_not_found" });
});
