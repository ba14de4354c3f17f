import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { explainExit } from "./exit-reason.ts";

async function explain(
  end: { code: number | null; signal: string | null; reason?: string; memoryPath?: string },
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-exit-"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory.path, name), content);
  const { code, signal, reason, memoryPath } = end;
  const shutdown = reason === undefined ? undefined : { name: "SHUTDOWN", data: { guest: true, reason } };
  const exit = await explainExit({ code, signal, shutdown, directory: directory.path, memoryPath });
  return exit.why;
}

describe("explainExit", () => {
  it("tells a guest that powered itself off", async () => {
    await expect(explain({ code: 0, signal: null, reason: "guest-shutdown" })).resolves.toBe(
      "the guest powered itself off",
    );
  });

  it("tells a panic by the console's words", async () => {
    const console =
      "[    2.1] Kernel panic - not syncing: Attempted to kill init!\r\n[    2.2] Rebooting\r\n";
    await expect(
      explain({ code: 0, signal: null, reason: "guest-reset" }, { "console.log": console }),
    ).resolves.toBe("the guest's kernel panicked: Kernel panic - not syncing: Attempted to kill init!");
  });

  it("tells a reset without a panic", async () => {
    await expect(explain({ code: 0, signal: null, reason: "guest-reset" })).resolves.toBe(
      "the guest reset itself",
    );
  });

  it("tells the signal that killed the VMM", async () => {
    await expect(explain({ code: null, signal: "SIGKILL" })).resolves.toBe("the VMM was killed by SIGKILL");
  });

  it("tells of a memory that could not be had how much is free where it lies", async () => {
    const why = await explain({ code: null, signal: "SIGBUS", memoryPath: join(tmpdir(), "memory") });
    expect(why).toMatch(/killed by SIGBUS: a page of its memory in .* could not be .* \(\d+ MiB are free/);
  });

  it("admits that it does not know where the memory of a machine lies", async () => {
    await expect(explain({ code: null, signal: "SIGBUS" })).resolves.toMatch(/a page of its memory/);
  });

  it("tells QEMU's last words when it aborted", async () => {
    const log = "qemu: migration.c:1: main: Assertion `true' failed.\n";
    await expect(explain({ code: null, signal: "SIGABRT" }, { "vmm.log": log })).resolves.toBe(
      "QEMU aborted: qemu: migration.c:1: main: Assertion `true' failed.",
    );
  });

  it("takes a warning for no reason", async () => {
    const warning = "qemu: warning: fd: migration to a file is deprecated. Use file: instead.\n";
    const gone = { code: null, signal: null };
    await expect(explain(gone, { "vmm.log": warning })).resolves.toBe("the VMM is gone");
    await expect(explain(gone, { "vmm.log": `qemu: out of memory\n${warning}` })).resolves.toBe(
      "the VMM is gone: qemu: out of memory",
    );
  });

  it("tells QEMU's last words when it failed", async () => {
    const log = "qemu: first\nqemu: load of migration failed\n";
    await expect(explain({ code: 1, signal: null }, { "vmm.log": log })).resolves.toBe(
      "QEMU failed with status 1: qemu: load of migration failed",
    );
  });

  it("admits that it does not know how an adopted process ended", async () => {
    await expect(explain({ code: null, signal: null })).resolves.toBe("the VMM is gone");
  });
});
