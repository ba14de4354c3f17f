import { chmod, open } from "node:fs/promises";
import type { ImageRecipe } from "@forkd/contract";
import { runCommand } from "../process/run-command.ts";
import { checkEnd } from "./build-failure.ts";
import type { BuildProgress } from "./build-progress.ts";
import { deriveUuid, FILE_SYSTEM_SCRIPT } from "./file-system.ts";
import type { WorkDirectory } from "./work-directory.ts";

export interface FileSystemPlan {
  readonly image: string;
  readonly recipe: ImageRecipe;
  readonly outputPath: string;
  readonly progress: BuildProgress;
  readonly signal: AbortSignal;
}

/**
 * Writes what a build has put together into a new file of the recipe's size. Throws `image_build_failed` when it does not
 * fit, and leaves the file then.
 */
export async function makeFileSystem(
  { image, recipe, outputPath, progress, signal }: FileSystemPlan,
  work: WorkDirectory,
  startedAt: number,
): Promise<void> {
  progress.begin("file system", `writing a file system of ${recipe.size_mib} MiB`);
  const output = await open(outputPath, "wx+", 0o600);
  try {
    await output.truncate(recipe.size_mib * 1024 ** 2);
    // Ids of a user namespace are others to the file. Its directory keeps everybody else out.
    if (process.getuid?.() !== 0) await chmod(outputPath, 0o666);
    const values = [work.root, "/proc/self/fd/3", String(startedAt), deriveUuid(recipe)];
    const command = work.asBuildRoot(["sh", "-eu", "-c", FILE_SYSTEM_SCRIPT, "mkfs", ...values]);
    const result = await runCommand(command[0] ?? "sh", command.slice(1), {
      signal,
      descriptors: [output.fd],
    });
    checkEnd(result, { image, step: "file system", path: outputPath, sizeMib: recipe.size_mib });
    await output.chmod(0o600);
    await output.sync();
  } finally {
    await output.close();
  }
}
