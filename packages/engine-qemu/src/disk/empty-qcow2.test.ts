import { execFile } from "node:child_process";
import { mkdtempDisposable, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { createEmptyQcow2 } from "./empty-qcow2.ts";

const run = promisify(execFile);

const SIZES = {
  "one sector": 512,
  "2 GiB": 2 ** 31,
  "a size that is no multiple of a cluster": 3 * 2 ** 30 + 4096,
  "3 TiB, whose L1 table needs more than a cluster": 3 * 2 ** 40,
};

describe("createEmptyQcow2", () => {
  it.each(Object.entries(SIZES))("writes an image of %s that qemu-img finds whole", async (_, sizeBytes) => {
    await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-qcow2-"));
    const path = join(directory.path, "disk.qcow2");
    await createEmptyQcow2(path, sizeBytes);
    await expect(run("qemu-img", ["check", path])).resolves.toMatchObject({
      stdout: expect.stringContaining("No errors were found") as string,
    });
    const { stdout } = await run("qemu-img", ["info", "--output=json", path]);
    expect(JSON.parse(stdout)).toMatchObject({
      "virtual-size": sizeBytes,
      "cluster-size": 65_536,
      "format-specific": { data: { "extended-l2": true, "lazy-refcounts": false } },
    });
    expect(JSON.parse(stdout)).not.toHaveProperty("backing-filename");
  });

  it("keeps what is written to it", async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-qcow2-"));
    const path = join(directory.path, "disk.qcow2");
    await createEmptyQcow2(path, 2 ** 30);
    await run("qemu-io", ["-c", "write -P 7 900M 4k", path]);
    const { stdout } = await run("qemu-io", ["-c", "read -P 7 900M 4k", "-c", "read -P 0 899M 1M", path]);
    expect(stdout).not.toContain("failed");
    await run("qemu-img", ["check", path]);
  });

  it("takes few blocks and is private to its owner", async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-qcow2-"));
    const path = join(directory.path, "disk.qcow2");
    await createEmptyQcow2(path, 2 ** 31);
    const { mode, blocks } = await stat(path);
    expect(mode & 0o777).toBe(0o600);
    expect(blocks * 512).toBeLessThanOrEqual(80 * 1024);
  });

  it("refuses to overwrite a file", async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-qcow2-"));
    const path = join(directory.path, "disk.qcow2");
    await createEmptyQcow2(path, 2 ** 20);
    await expect(createEmptyQcow2(path, 2 ** 20)).rejects.toMatchObject({ code: "EEXIST" });
  });
});
