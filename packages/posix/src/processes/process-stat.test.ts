import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** Its first thread ends, and another one stays. */
const OUTLIVED = `
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
static void *stay(void *unused) { pause(); return unused; }
int main(void) {
  pthread_t other;
  pthread_create(&other, 0, stay, 0);
  syscall(SYS_exit, 0);
}
`;

describe("a process whose first thread has ended", () => {
  it("is alive for as long as another one is", async () => {
    await using place = await mkdtempDisposable(join(tmpdir(), "forkd-threads-"));
    const program = join(place.path, "outlived");
    execFileSync("cc", ["-x", "c", "-pthread", "-o", program, "-"], { input: OUTLIVED });
    const child = spawn(program);
    const exit = once(child, "exit");
    const name = findProcess(child.pid ?? 0) ?? NOBODY;
    await expect.poll(() => readProcessStat(name.pid)?.state).toBe("Z");
    expect(isProcessAlive(name)).toBe(true);
    child.kill("SIGKILL");
    await exit;
    expect(isProcessAlive(name)).toBe(false);
  });
});

describe("parseProcessStat", () => {
  it("is not misled by parentheses in a program's name", () => {
    const rest = Array.from({ length: 49 }, (_, index) => String(index + 4)).join(" ");
    expect(parseProcessStat(`12 (a) R 1 (b) S ${rest}`)).toEqual({
      state: "S",
      threads: 20,
      startTicks: "22",
    });
  });
});
