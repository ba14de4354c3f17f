import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildPrefix } from "./build-owner.ts";
import { createWorkDirectory, listMountsBelow } from "./work-directory.ts";

const MOUNTINFO = [
  "36 35 98:0 / /work/build\\040one/root/proc rw,noatime master:1 - proc proc rw",
  "37 35 98:0 / /work/build\\040oneself rw - ext4 /dev/sda rw",
  "38 35 98:0 / / rw - ext4 /dev/sda rw",
].join("\n");

test("finds mounts at and below a path, and no others", () => {
  expect(listMountsBelow("/work/build one", MOUNTINFO)).toEqual(["/work/build one/root/proc"]);
  expect(listMountsBelow("/work/build one/root/proc", MOUNTINFO)).toHaveLength(1);
  expect(listMountsBelow("/elsewhere", MOUNTINFO)).toEqual([]);
});

test.runIf(process.getuid?.() === 0)(
  "removes itself, and what a dead build left, but nothing of a live one",
  async () => {
    const parent = await mkdtemp(join(tmpdir(), "forkd-host-"));
    await mkdir(join(parent, "forkd-build-999999999-1-dead/root/sub"), { recursive: true });
    const live = `${buildPrefix()}live`;
    await mkdir(join(parent, live));
    {
      await using work = await createWorkDirectory(parent, "mmdebstrap");
      await mkdir(work.root);
      await writeFile(join(work.root, "file"), "x");
      expect((await stat(work.path)).mode & 0o777).toBe(0o700);
    }
    expect(await readdir(parent)).toEqual([live]);
    await rm(parent, { recursive: true });
  },
);
