import { randomBytes } from "node:crypto";
import { mkdir, mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageRecipeSchema } from "@forkd/contract";
import { expect, test } from "vitest";
import { requireProgram } from "../process/find-program.ts";
import { BuildProgress } from "./build-progress.ts";
import { makeFileSystem } from "./make-file-system.ts";
import { createWorkDirectory } from "./work-directory.ts";

test("says that the root does not fit", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-file-system-"));
  await using work = await createWorkDirectory(place.path, await requireProgram("mmdebstrap", "mmdebstrap"));
  await mkdir(work.root);
  await writeFile(join(work.root, "big"), randomBytes(40 * 1024 ** 2));
  const recipe = { ...imageRecipeSchema.parse({}), size_mib: 32 };
  const outputPath = join(place.path, "image");
  const { signal } = new AbortController();
  const plan = { image: "tiny", recipe, outputPath, progress: new BuildProgress(() => {}), signal };
  await expect(makeFileSystem(plan, work, Math.floor(Date.now() / 1000) + 1)).rejects.toMatchObject({
    code: "image_build_failed",
    message: expect.stringContaining("it does not fit into 32 MiB: raise size_mib") as string,
    details: { step: "file system" },
  });
});
