import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { THIS_HOST } from "../../../../tests/harness/this-host.ts";
import { sha256Of } from "@forkd/posix";
import { createGuestBootProvider } from "./guest-boot-provider.ts";

const { cacheDir } = THIS_HOST;
const guestSourceDir = fileURLToPath(new URL("../../../../guest", import.meta.url));
const { signal } = new AbortController();
const quiet = { signal, onProgress: () => {} };

test("provides a kernel and an initramfs, and knows them again without making anything", async () => {
  const provider = createGuestBootProvider({ cacheDir, guestSourceDir });
  const boot = await provider.provide(quiet);
  expect(sha256Of(await readFile(boot.kernelPath))).toBe(boot.kernelSha256);
  expect(sha256Of(await readFile(boot.initramfsPath))).toBe(boot.initramfsSha256);
  expect(boot.kernelVersion).toMatch(/^\d+\.\d+\.\d+-\d+/);
  const made = await stat(boot.initramfsPath);
  const steps: string[] = [];
  const later = createGuestBootProvider({ cacheDir, guestSourceDir });
  expect(await later.provide({ signal, onProgress: ({ step }) => steps.push(step) })).toEqual(boot);
  expect(steps).toEqual([]);
  expect(await stat(boot.initramfsPath)).toMatchObject({ ino: made.ino, mtimeMs: made.mtimeMs });
});

test("refuses a mirror that is not there", async () => {
  const empty = await mkdtemp(join(tmpdir(), "forkd-host-"));
  const provider = createGuestBootProvider({
    cacheDir: empty,
    guestSourceDir,
    mirror: "http://127.0.0.1:1/debian",
  });
  await expect(provider.provide(quiet)).rejects.toMatchObject({ code: "kernel_unavailable" });
  await rm(empty, { recursive: true });
});
