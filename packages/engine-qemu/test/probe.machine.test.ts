import { execFileSync } from "node:child_process";
import { chmod, mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createQemuEngine } from "../src/index.ts";
import type { QemuEngine } from "../src/index.ts";
import { readGuestFiles, readLauncher, soon } from "./fixture.ts";

const QEMU = "qemu-system-x86_64";
const confinement = "filter" as const;
const version = /version (\S+)/.exec(execFileSync(QEMU, ["--version"], { encoding: "utf8" }))?.[1] ?? "";

function createEngine(qemuPath: string): QemuEngine {
  // In a root of QEMU's own there is no shell for a script in its place.
  const launcher = qemuPath === QEMU ? readLauncher() : { ...readLauncher(), confinement, qemuPath };
  return createQemuEngine({ qemuPath, version, accelerator: "tcg", launcher });
}

/** A QEMU whose builder left seccomp out, as some distributions do for some of theirs. */
async function createQemuWithoutSeccomp() {
  const directory = await mkdtempDisposable(join(tmpdir(), "forkd-qemu-"));
  const path = join(directory.path, QEMU);
  const refusal = "-sandbox: -sandbox support is not enabled in this QEMU binary";
  const isMeasured = `case "$*" in *"-machine none"*) exec ${QEMU} "$@";; esac`;
  const refuse = `case " $* " in *" -sandbox "*) echo '${refusal}' >&2; exit 1;; esac`;
  await writeFile(path, `#!/bin/sh\n${isMeasured}\n${refuse}\nexec ${QEMU} "$@"\n`);
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => directory.remove() };
}

describe("a probe", () => {
  it("runs a guest to its end", async () => {
    const result = await createEngine(QEMU).probe(readGuestFiles(), soon());
    expect(result.why).toMatch(/^a probe guest ran to its end in \d+ ms$/);
    expect(result.ok).toBe(true);
  });

  it("says that the guest did not report itself", async () => {
    const guest = { ...readGuestFiles(), initramfsPath: readGuestFiles().kernelPath };
    const result = await createEngine(QEMU).probe(guest, soon());
    expect(result).toMatchObject({ ok: false, why: expect.stringContaining("Kernel panic") as string });
  });

  it("is refused by a QEMU that refuses what every machine is started with", async () => {
    await using qemu = await createQemuWithoutSeccomp();
    const result = await createEngine(qemu.path).probe(readGuestFiles(), soon());
    expect(result).toMatchObject({
      ok: false,
      why: expect.stringContaining("-sandbox support is not enabled") as string,
    });
  });

  it("is described by the arguments that machines are started with", async () => {
    const description = await createEngine(QEMU).describeProbe(readGuestFiles(), soon());
    for (const word of ["-sandbox", "-accel", "microvm"]) expect(description).toContain(word);
  });
});
