import { mkdtempDisposable, open, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { spawnVmm } from "./spawn-vmm.ts";
import { waitForChild } from "./vmm-exit.ts";

async function runShell(script: string, deviceState?: string) {
  const directory = await mkdtempDisposable(join(tmpdir(), "forkd-spawn-"));
  const statePath = join(directory.path, "state");
  await writeFile(statePath, deviceState ?? "");
  await using state = await open(statePath);
  const vmm = await spawnVmm("sh", ["-c", script], { directory: directory.path, deviceStateFd: state.fd });
  await waitForChild(vmm.child);
  vmm.monitor.destroy();
  return directory;
}

describe("spawnVmm", () => {
  it("keeps what the VMM prints in a private log", async () => {
    await using directory = await runShell("echo out; echo err >&2");
    await expect(readFile(join(directory.path, "vmm.log"), "utf8")).resolves.toBe("out\nerr\n");
    expect((await stat(join(directory.path, "vmm.log"))).mode & 0o777).toBe(0o600);
  });

  it("hands over device state as descriptor 4", async () => {
    await using directory = await runShell("cat <&4", "the state");
    await expect(readFile(join(directory.path, "vmm.log"), "utf8")).resolves.toBe("the state");
  });

  it("gives none of our environment away", async () => {
    vi.stubEnv("FORKD_TOKEN", "secret");
    await using directory = await runShell("env");
    vi.unstubAllEnvs();
    await expect(readFile(join(directory.path, "vmm.log"), "utf8")).resolves.not.toContain("secret");
  });

  it("starts a process group of its own", async () => {
    await using directory = await runShell("ps -o pgid= -p $$; echo $$");
    const lines = (await readFile(join(directory.path, "vmm.log"), "utf8")).trim().split(/\s+/);
    expect(lines[0]).toBe(lines[1]);
  });

  it("says what to install when there is no QEMU", async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-spawn-"));
    await expect(spawnVmm("/no/such/qemu", [], { directory: directory.path })).rejects.toMatchObject({
      code: "requirement_missing",
      hint: expect.stringContaining("install qemu-system-x86") as string,
    });
  });
});
