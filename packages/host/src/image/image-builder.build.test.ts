import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageRecipe } from "@forkd/contract";
import { imageRecipeSchema } from "@forkd/contract";
import { expect, test } from "vitest";
import { THIS_HOST } from "../../../../tests/harness/this-host.ts";
import { runCommand } from "../process/run-command.ts";
import { createImageBuilder } from "./image-builder.ts";

const { cacheDir } = THIS_HOST;
const { signal } = new AbortController();

async function makeBench() {
  const path = await mkdtemp(join(tmpdir(), "forkd-host-"));
  const tmpDir = join(path, "tmp");
  const builder = createImageBuilder({ cacheDir, tmpDir });
  const steps: string[] = [];
  return {
    tmpDir,
    steps,
    image: join(path, "image"),
    build: (
      recipe: Partial<ImageRecipe>,
      onStep: (step: string) => void = () => {},
      buildSignal: AbortSignal = signal,
    ) =>
      builder.build("tiny", imageRecipeSchema.parse({ size_mib: 512, ...recipe }), join(path, "image"), {
        signal: buildSignal,
        onProgress: ({ step }) => {
          steps.push(step);
          onStep(step);
        },
      }),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}

async function readImage(image: string, request: string): Promise<string> {
  return (await runCommand("debugfs", ["-R", request, image], { signal })).stdout;
}

test("builds a file system that is whole, small, anonymous, and holds what the recipe says", async () => {
  await using bench = await makeBench();
  await bench.build({
    files: [{ path: "/opt/sub/data", content_base64: btoa("hello"), mode: "0640" }],
    script: "cat; cp /opt/sub/data /root/copy; touch /etc/ssh_host_test",
  });
  expect(await runCommand("e2fsck", ["-fn", bench.image], { signal })).toMatchObject({ ok: true });
  const { size, blocks, mode } = await stat(bench.image);
  expect(size).toBe(512 * 1024 ** 2);
  expect(blocks * 512).toBeLessThan(200 * 1024 ** 2);
  expect(mode & 0o777).toBe(0o600);
  expect(await readImage(bench.image, "cat /root/copy")).toBe("hello");
  expect(await readImage(bench.image, "stat /opt/sub/data")).toMatch(/Mode:\s+0640/);
  expect(await readImage(bench.image, "cat /etc/hostname")).toBe("forkd");
  expect(await readImage(bench.image, "stat /etc/machine-id")).toMatch(/Size: 0\b/);
  expect(await readImage(bench.image, "cat /etc/shadow")).toMatch(/^root:[*!]/);
  expect(await readImage(bench.image, "ls -p /var/lib/apt/lists")).not.toContain("Packages");
  expect([...new Set(bench.steps)]).toEqual(
    expect.arrayContaining(["index", "packages", "files", "script", "finish", "file system"]),
  );
  expect(await readdir(bench.tmpDir)).toEqual([]);
});

test("says what a failing script printed, and keeps nothing", async () => {
  await using bench = await makeBench();
  const build = bench.build({ script: "echo the reason; exit 7" });
  await expect(build).rejects.toMatchObject({
    code: "image_build_failed",
    details: { step: "script", output: expect.arrayContaining(["the reason"]) as string[] },
  });
  expect(await readdir(bench.tmpDir)).toEqual([]);
  await expect(stat(bench.image)).rejects.toThrow("ENOENT");
});

test("says that a package is not there before it installs anything", async () => {
  await using bench = await makeBench();
  const build = bench.build({ packages: ["forkd-no-such-package"] });
  await expect(build).rejects.toMatchObject({
    code: "image_build_failed",
    message: expect.stringContaining("forkd-no-such-package") as string,
    details: { step: "resolve" },
  });
  expect(bench.steps).not.toContain("base");
});

test("ends its processes, unmounts and removes everything when it is aborted", async () => {
  await using bench = await makeBench();
  const abort = new AbortController();
  const build = bench.build(
    { script: "sleep 1234.5" },
    (step) => step === "script" && abort.abort(),
    abort.signal,
  );
  await expect(build).rejects.toMatchObject({ code: "cancelled" });
  expect(await readdir(bench.tmpDir)).toEqual([]);
  const processes = await runCommand("pgrep", ["-f", "sleep 1234\\.5"], { signal });
  expect(processes.stdout).toBe("");
});
