import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endKeptDaemon } from "../harness/kept-daemon.ts";
import { findLeftovers } from "../harness/leftovers.ts";
import { IMAGE, PARENT } from "../harness/parent.ts";
import { TEST_DATA_DIR, TestDaemon } from "../harness/test-daemon.ts";

const isRoot = process.getuid?.() === 0;

/** What its tests write, and what the file system keeps for itself. */
const ROOM_MIB = 1000;

/** A data directory on a disk of its own, which has room for little beside what is there already. */
describe.runIf(isRoot)("on a full disk", () => {
  const mountPoint = mkdtempSync(join(tmpdir(), "forkd-small-"));
  const disk = `${mountPoint}.img`;
  let daemon: TestDaemon;

  beforeAll(async () => {
    await endKeptDaemon();
    const parts = ["images", "image-names", "image-recipes", "snapshots", "snapshot-tags"];
    const sources = parts.map((part) => join(TEST_DATA_DIR, part));
    const [used = ""] =
      execFileSync("du", ["-cm", "-s", ...sources], {
        encoding: "utf8",
        env: { ...process.env, LC_ALL: "C" },
      }).match(/^\d+(?=\ttotal)/m) ?? [];
    execFileSync("truncate", ["-s", `${Number(used) + ROOM_MIB}M`, disk]);
    execFileSync("mkfs.ext4", ["-q", "-m", "0", disk]);
    execFileSync("mount", ["-o", "loop", disk, mountPoint]);
    execFileSync("cp", ["-a", "--sparse=always", ...sources, mountPoint]);
    daemon = await TestDaemon.start({ dataDir: mountPoint });
  });

  afterAll(async () => {
    await daemon[Symbol.asyncDispose]();
    execFileSync("umount", ["--lazy", mountPoint]);
    rmSync(mountPoint, { recursive: true });
    rmSync(disk);
  });

  const fill = (): void => {
    // At once, but for what the file system may want for itself, which is then written.
    const most = `$(($(df --output=avail -B1M ${mountPoint} | tail -n 1) - 64))`;
    const script = `fallocate -l ${most}M ${mountPoint}/filler; head -c 10G /dev/zero >> ${mountPoint}/filler`;
    execFileSync("sh", ["-c", `(${script}) 2>/dev/null || true`]);
  };
  const listTree = (path: string): string[] =>
    readdirSync(path, { recursive: true, encoding: "utf8" }).toSorted();
  const empty = (): void => rmSync(join(mountPoint, "filler"), { force: true });

  test("a fork says so, leaves nothing, and works again once there is space", async () => {
    fill();
    await expect(daemon.forkd.sandboxes.fork(PARENT, { n: 2 })).rejects.toMatchObject({
      status: 507,
      code: "disk_full",
    });
    expect(findLeftovers(daemon)).toEqual({ vms: [], drafts: [], processes: [] });
    empty();
    await using children = await daemon.forkd.sandboxes.fork(PARENT, { n: 2 });
    expect((await children[0]?.run("echo works"))?.stdout).toBe("works\n");
  });

  test("reading, looking and ending work", async () => {
    const [child, other] = await daemon.forkd.sandboxes.fork(PARENT, { n: 2 });
    fill();
    expect((await daemon.forkd.sandboxes.list()).length).toBe(2);
    expect((await child?.run("cat /etc/hostname"))?.exitCode).toBe(0);
    expect((await child?.metrics())?.now.memoryPrivateBytes).toBeGreaterThan(0);
    await child?.kill();
    expect((await other?.run("echo alive"))?.stdout).toBe("alive\n");
    await daemon.kill("SIGTERM");
    await daemon.start();
    expect((await other?.run("echo adopted"))?.stdout).toBe("adopted\n");
    await other?.kill();
    expect(findLeftovers(daemon)).toEqual({ vms: [], drafts: [], processes: [] });
    empty();
  });

  test("a suspension says so, and the machine runs on and can be suspended once there is space", async () => {
    await using children = await daemon.forkd.sandboxes.fork(PARENT);
    const [child] = children;
    await child?.eval("remembered = 12345", { mode: "run" });
    fill();
    await expect(child?.suspend()).rejects.toMatchObject({ status: 507, code: "disk_full" });
    expect(await child?.eval("remembered")).toMatchObject({ result: "12345" });
    empty();
    expect(await child?.suspend()).toMatchObject({ status: "suspended" });
    await child?.resume();
    expect(await child?.eval("remembered")).toMatchObject({ result: "12345" });
  });

  test("a resume says so, and the machine stays suspended and goes on once there is space", async () => {
    await using children = await daemon.forkd.sandboxes.fork(PARENT);
    const [child] = children;
    await child?.eval("remembered = 12345", { mode: "run" });
    await child?.suspend();
    const kept = listTree(join(mountPoint, "vms", child?.id ?? ""));
    fill();
    for (let time = 0; time < 2; time++) {
      await expect(child?.resume()).rejects.toMatchObject({ status: 507, code: "disk_full" });
      expect(await child?.refresh()).toMatchObject({ status: "suspended", pid: null });
      expect(findLeftovers(daemon)).toEqual({ vms: [child?.id], drafts: [], processes: [] });
      expect(listTree(join(mountPoint, "vms", child?.id ?? ""))).toEqual(kept);
    }
    empty();
    await child?.resume();
    expect(await child?.eval("remembered")).toMatchObject({ result: "12345" });
  });

  test("a snapshot says so and leaves nothing", async () => {
    fill();
    await expect(daemon.forkd.snapshots.create({ tag: "large", image: IMAGE })).rejects.toMatchObject({
      status: 507,
    });
    empty();
    expect(findLeftovers(daemon)).toEqual({ vms: [], drafts: [], processes: [] });
  });

  test("a parent that dies of it says so, and not only that a signal ended it", async () => {
    const code = "import time\nkept = []\nfor _ in range(300): kept.append(b'x' * 2**20); time.sleep(0.05)";
    const making = daemon.forkd.snapshots.create(
      { tag: "large", image: IMAGE, memoryMib: 512, warm: [{ kind: "python", code }] },
      { onProgress: ({ step }) => void (step === "warm-up" && fill()) },
    );
    await expect(making).rejects.toMatchObject({
      code: "disk_full",
      message: expect.stringMatching(
        /no space is left at .* for the memory of the parent of large/,
      ) as string,
    });
    empty();
    expect(findLeftovers(daemon)).toEqual({ vms: [], drafts: [], processes: [] });
  });

  test("an image's build says so and leaves nothing", async () => {
    fill();
    const recipe = { packages: [], files: [{ path: "/unique", contentBase64: btoa(crypto.randomUUID()) }] };
    await expect(daemon.forkd.images.build({ name: "large", recipe })).rejects.toMatchObject({ status: 507 });
    empty();
    expect(findLeftovers(daemon)).toEqual({ vms: [], drafts: [], processes: [] });
  });

  test("a guest that writes sees an I/O error, and the machine goes on", async () => {
    await using children = await daemon.forkd.sandboxes.fork(PARENT, { n: 1 });
    fill();
    const reply = await children[0]?.run("head -c 50M /dev/urandom > /root/big && sync /root/big", {
      timeoutSecs: 100,
    });
    expect(reply?.exitCode).not.toBe(0);
    empty();
    expect((await children[0]?.run("echo alive"))?.stdout).toBe("alive\n");
  });
});
