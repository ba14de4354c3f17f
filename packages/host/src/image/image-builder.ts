import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { namingDiskFull } from "@forkd/contract";
import type { ImageRecipe } from "@forkd/contract";
import type { ImageBuilder, ProgressOptions } from "@forkd/core";
import { throwIfAborted } from "@forkd/core";
import { readFetchSettings } from "../debian/apt-settings.ts";
import { DEFAULT_MIRROR, findDebianKeyring, listSources } from "../debian/archive.ts";
import { requireProgram } from "../process/find-program.ts";
import { runCommand } from "../process/run-command.ts";
import { createBuildArguments } from "./build-arguments.ts";
import { BuildProgress } from "./build-progress.ts";
import { checkEnd } from "./build-failure.ts";
import { ensureDebCache, keepPackages } from "./deb-cache.ts";
import { createFilesScript } from "./files-script.ts";
import { createScriptFile } from "./hooks.ts";
import { makeFileSystem } from "./make-file-system.ts";
import { openScript } from "./script-files.ts";
import type { WorkDirectory } from "./work-directory.ts";
import { createWorkDirectory } from "./work-directory.ts";

export interface ImageBuilderOptions {
  /** Where downloaded packages are kept. */
  readonly cacheDir: string;
  /** Where roots are put together; must have the space of one. */
  readonly tmpDir: string;
  /** A Debian mirror, such as `http://deb.debian.org/debian`, the default. */
  readonly mirror?: string;
}

interface Build extends ImageBuilderOptions {
  readonly image: string;
  readonly recipe: ImageRecipe;
  readonly outputPath: string;
  readonly progress: BuildProgress;
  readonly signal: AbortSignal;
}

/** Builds root images of Debian packages with mmdebstrap, as root or by user namespaces. */
export function createImageBuilder(options: ImageBuilderOptions): ImageBuilder {
  return {
    async build(image, recipe, outputPath, { signal, onProgress }: ProgressOptions): Promise<void> {
      throwIfAborted(signal, `building image ${image}`);
      const progress = new BuildProgress(onProgress);
      await namingDiskFull(options.tmpDir, `image ${image}`, async () => {
        await using undo = new AsyncDisposableStack();
        undo.defer(() => rm(outputPath, { force: true }));
        await buildImage({ ...options, image, recipe, outputPath, progress, signal });
        undo.move();
      });
    },
  };
}

async function buildImage(build: Build): Promise<void> {
  const mmdebstrap = await requireBuildPrograms(process.getuid?.() === 0);
  await using work = await createWorkDirectory(build.tmpDir, mmdebstrap);
  const startedAt = Math.floor(Date.now() / 1000);
  await installPackages(build, work, mmdebstrap);
  await makeFileSystem(build, work, startedAt);
}

/** Looks for all that a build runs before it begins, and gives the path of mmdebstrap. */
export async function requireBuildPrograms(isRoot: boolean): Promise<string> {
  const mmdebstrap = await requireProgram("mmdebstrap", "mmdebstrap");
  await requireProgram("mkfs.ext4", "e2fsprogs");
  // An ordinary user's namespace gets its ids by it, see newuidmap(1).
  if (!isRoot) await requireProgram("newuidmap", "uidmap");
  return mmdebstrap;
}

async function installPackages(build: Build, work: WorkDirectory, mmdebstrap: string): Promise<void> {
  const { recipe, signal, progress } = build;
  const known = await ensureDebCache(build.cacheDir);
  const used = join(work.path, "debs");
  await mkdir(used, { mode: 0o700 });
  await using files = await openScript(used, createFilesScript(build.image, recipe.files));
  await using script = await openScript(used, createScriptFile(recipe.script ?? ""));
  const args = createBuildArguments({
    recipe,
    sources: listSources(recipe.suite, build.mirror ?? DEFAULT_MIRROR, await findDebianKeyring()),
    aptSettings: await readFetchSettings({ signal }),
    root: work.root,
    debs: { known, used },
  });
  const result = await runCommand(...isolateMounts([mmdebstrap, ...args]), {
    signal,
    env: { TMPDIR: work.path },
    onLine: (line) => progress.read(line),
    descriptors: [files.fd, script.fd],
  });
  await keepPackages(used, known);
  checkEnd(result, { image: build.image, step: progress.step, path: work.path });
}

/** For root, mmdebstrap makes a mount namespace but leaves it in the host's propagation groups; unshare(1) does not. */
function isolateMounts(command: readonly string[]): [string, string[]] {
  const [file = "", ...args] = command;
  return process.getuid?.() === 0 ? ["unshare", ["--mount", file, ...args]] : [file, args];
}
