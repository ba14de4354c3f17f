import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { killGroup, killProcess, waitUntilGone } from "./end-process.ts";
import { findProcess } from "./process-stat.ts";

async function start(script: string) {
  const child = spawn("sh", ["-c", script], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { leader: nameOf(child.pid), grandchild: nameOf(Number(line.toString())) };
}

function nameOf(pid = 0) {
  const name = findProcess(pid);
  if (name === undefined) throw new Error(`no process has the pid ${pid}`);
  return name;
}

test("kills a group, of which none is our child but its leader, and waits until it is gone", async () => {
  const { leader, grandchild } = await start("sleep 60 & echo $!; wait");
  expect(await waitUntilGone(grandchild, { timeoutMs: 1 })).toBe(false);
  killGroup(leader);
  expect(await waitUntilGone(grandchild, { timeoutMs: 60_000 })).toBe(true);
  expect(await waitUntilGone(leader)).toBe(true);
});

test("kills a process alone, once, and no other that has its pid", async () => {
  const { leader, grandchild } = await start("sleep 60 & echo $!; wait");
  killProcess({ ...leader, startTicks: "1" });
  killGroup({ ...leader, startTicks: "1" });
  expect(await waitUntilGone(leader, { timeoutMs: 1 })).toBe(false);
  killProcess(leader);
  expect(await waitUntilGone(leader, { timeoutMs: 60_000 })).toBe(true);
  killProcess(leader);
  expect(await waitUntilGone(grandchild, { timeoutMs: 1 })).toBe(false);
  killProcess(grandchild);
});

test.each([
  [true, "gone", 0.5],
  [false, "", 60],
])("a process that has nothing else to do waits: with ref %s it says %j", async (ref, said, secs) => {
  const { leader } = await start(`echo $$; exec sleep ${secs}`);
  onTestFinished(() => killProcess(leader));
  const url = JSON.stringify(new URL("end-process.ts", import.meta.url));
  const wait = `waitUntilGone(${JSON.stringify(leader)}, ${JSON.stringify({ ref })})`;
  const script = `import(${url}).then(({ waitUntilGone }) => ${wait}).then(() => console.log("gone"))`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--conditions=@forkd/source",
    "-e",
    script,
  ]);
  expect(stdout.trim()).toBe(said);
});
