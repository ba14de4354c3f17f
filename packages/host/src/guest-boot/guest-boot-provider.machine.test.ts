import { mkdtemp, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { sha256Of } from "@forkd/posix";
import { createGuestBootProvider } from "./guest-boot-provider.ts";

const cacheDir = process.env["FORKD_CACHE_DIR"] ?? join(homedir(), ".cache/forkd");
const guestSourceDir = fileURLToPath(new URL("../../../../guest", import.meta.url));
const { signal } = new AbortController();
const quiet = { signal, onProgress: () => {} };

test("provides a kernel and an initramfs, and knows them again in 30 ms", async () => {
  const provider = createGuestBootProvider({ cacheDir, guestSourceDir });
  const boot = await provider.provide(quiet);
  expect(sha256Of(await readFile(boot.kernelPath))).toBe(boot.kernelSha256);
  expect(sha256Of(await readFile(boot.initramfsPath))).toBe(boot.initramfsSha256);
  expect(boot.kernelVersion).toMatch(/^\d+\.\d+\.\d+-\d+/);
  const tookMs: number[] = [];
  for (let round = 0; round < 5; round++) {
    const startedAt = performance.now();
    expect(await provider.provide(quiet)).toEqual(boot);
    tookMs.push(performance.now() - startedAt);
  }
  expect(Math.min(...tookMs)).toBeLessThan(30);
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
