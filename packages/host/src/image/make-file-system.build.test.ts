import { execFile } from "node:child_process";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { imageRecipeSchema } from "@forkd/contract";
import { expect, test } from "vitest";
import { requireProgram } from "../process/find-program.ts";
import { BuildProgress } from "./build-progress.ts";
import { makeFileSystem } from "./make-file-system.ts";
import { createWorkDirectory } from "./work-directory.ts";

/** 40 MiB, of who builds it: a namespace's root has nothing to say of what is another's. */
const FILL_ROOT = 'mkdir "$1"; head -c 41943040 /dev/urandom >"$1/big"';

test("says that the root does not fit", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-file-system-"));
  await using work = await createWorkDirectory(place.path, await requireProgram("mmdebstrap", "mmdebstrap"));
  const [program = "", ...args] = work.asBuildRoot(["sh", "-euc", FILL_ROOT, "fill", work.root]);
  await promisify(execFile)(program, args);
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
