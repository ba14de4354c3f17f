import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildPrefix } from "./build-owner.ts";
import { createWorkDirectory } from "./work-directory.ts";

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
