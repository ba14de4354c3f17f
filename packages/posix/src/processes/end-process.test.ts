import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
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
  expect(await waitUntilGone(grandchild, 1)).toBe(false);
  killGroup(leader);
  expect(await waitUntilGone(grandchild, 5000)).toBe(true);
  expect(await waitUntilGone(leader)).toBe(true);
});

test("kills a process alone, once, and no other that has its pid", async () => {
  const { leader, grandchild } = await start("sleep 60 & echo $!; wait");
  killProcess({ ...leader, startTicks: "1" });
  killGroup({ ...leader, startTicks: "1" });
  expect(await waitUntilGone(leader, 1)).toBe(false);
  killProcess(leader);
  expect(await waitUntilGone(leader, 5000)).toBe(true);
  killProcess(leader);
  expect(await waitUntilGone(grandchild, 1)).toBe(false);
  killProcess(grandchild);
});
