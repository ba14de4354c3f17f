import { expect, test } from "vitest";
import { createMachineUsers } from "./machine-users.ts";
import { listQemuFiles, parseLibraries, withoutNested } from "./program-files.ts";

test("finds libraries and the dynamic linker in the output of ldd", () => {
  const output = [
    "\tlinux-vdso.so.1 (0x00007ffd)",
    "\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f10)",
    "\tlibgone.so => not found",
    "\t/lib64/ld-linux-x86-64.so.2 (0x00007f11)",
  ];
  expect(parseLibraries(output.join("\n"))).toEqual([
    "/lib/x86_64-linux-gnu/libz.so.1",
    "/lib64/ld-linux-x86-64.so.2",
  ]);
});

test("takes no libraries of a program that has none", () => {
  expect(parseLibraries("\tnot a dynamic executable\n")).toEqual([]);
});

test("leaves out what is below a directory that is there", () => {
  expect(withoutNested(["/usr/lib", "/usr/lib/qemu", "/usr/lib", "/usr/library"])).toEqual([
    "/usr/lib",
    "/usr/library",
  ]);
});

test("shows a program itself and the linker, and nothing of home, data or configuration", async () => {
  const { program, shown } = await listQemuFiles(process.execPath, { signal: AbortSignal.timeout(10_000) });
  expect(shown.some((path) => program.startsWith(path))).toBe(true);
  expect(shown.filter((path) => /^\/(?:root|home|var|etc(?!\/ld\.so\.cache$))/.test(path))).toEqual([]);
});

test("gives each machine another user", () => {
  const next = createMachineUsers(300_000);
  const uids = Array.from({ length: 1000 }, next);
  expect(new Set(uids).size).toBe(1000);
  expect(Math.min(...uids)).toBeGreaterThanOrEqual(300_000);
  expect(Math.max(...uids)).toBeLessThan(300_000 + 2 ** 22);
});
