import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { INSTALLATION } from "../environment.ts";
import { examineWithoutDaemon } from "./doctor-alone.ts";

const { signal } = new AbortController();

test("the doctor tells what is amiss where no daemon can start, and how the last one ended", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-doctor-"));
  const socketPath = join(directory.path, "x".repeat(107));
  await writeFile(join(directory.path, "daemon.log"), '{"msg":"daemon.ready"}\nerror: no QEMU here\n');
  const { checks } = await examineWithoutDaemon(socketPath, { signal });
  expect(checks).toMatchObject([
    { name: "daemon", status: "warn", detail: expect.stringContaining("no QEMU here") as string },
    { name: "configuration", status: "fail", detail: expect.stringContaining("FORKD_SOCKET") as string },
  ]);
});

test("a doctor that fails is told with its last words", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-doctor-"));
  const program = join(directory.path, "program.mjs");
  await writeFile(program, "console.error('out of everything'); process.exit(1);");
  const attempt = examineWithoutDaemon(join(directory.path, "s"), { signal, program });
  await expect(attempt).rejects.toMatchObject({
    code: "doctor_failed",
    message: expect.stringContaining("out of everything") as string,
    hint: expect.stringContaining(INSTALLATION.daemonProgram) as string,
  });
});
