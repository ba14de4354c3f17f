import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { findChild, findProcess, isProcessAlive, parseProcessStat, readProcessStat } from "./process-stat.ts";

/** The kernel's first process does not end. */
const NOBODY = { pid: 1, startTicks: "0" };

describe("findChild", () => {
  it("names a process by its parent, and nobody where there is none", async () => {
    const parent = spawn("sh", ["-c", "sleep 60 & echo $!; wait"], { stdio: ["ignore", "pipe", "inherit"] });
    const [output] = (await once(parent.stdout, "data")) as [Buffer];
    const child = findChild(parent.pid ?? 0);
    expect(child).toEqual(findProcess(Number(output.toString())));
    expect(findChild(child?.pid ?? 0)).toBeUndefined();
    process.kill(child?.pid ?? 0);
    await once(parent, "exit");
    expect(findChild(parent.pid ?? 0)).toBeUndefined();
  });
});

describe("isProcessAlive", () => {
  it("knows a process by its pid and start", () => {
    expect(isProcessAlive(findProcess(process.pid) ?? NOBODY)).toBe(true);
    expect(isProcessAlive({ pid: process.pid, startTicks: "1" })).toBe(false);
  });

  it("takes a process that is gone for dead", async () => {
    const child = spawn("true");
    const name = findProcess(child.pid ?? 0) ?? NOBODY;
    await once(child, "exit");
    expect(isProcessAlive(name)).toBe(false);
  });

  it("takes a zombie for dead", async () => {
    const child = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 60"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output] = (await once(child.stdout, "data")) as [Buffer];
    const pid = Number(output.toString());
    await expect.poll(() => readProcessStat(pid)?.state).toBe("Z");
    expect(isProcessAlive(findProcess(pid) ?? NOBODY)).toBe(false);
    child.kill("SIGKILL");
  });
});

describe("parseProcessStat", () => {
  it("is not misled by parentheses in a program's name", () => {
    const rest = Array.from({ length: 49 }, (_, index) => String(index + 4)).join(" ");
    expect(parseProcessStat(`12 (a) R 1 (b) S ${rest}`)).toEqual({ state: "S", startTicks: "22" });
  });
});
