import { chmod, copyFile, mkdir, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CallOptions } from "@forkd/core";
import { requireProgram } from "../process/find-program.ts";
import { runCommand } from "../process/run-command.ts";
import { AGENT_FILE } from "./agent-build.ts";

/** What goes into an initramfs: files of the build, and modules in the order in which to load them. */
export interface InitramfsParts {
  readonly agentDirectory: string;
  readonly agentFiles: readonly string[];
  readonly moduleDirectory: string;
  readonly modules: readonly string[];
}

/** Lays the tree out below `root`: `/init`, `/forkd/interpreters/*`, `/forkd/lib/*.ko`, `/forkd/modules`. */
export async function stageInitramfs(root: string, parts: InitramfsParts): Promise<void> {
  for (const folder of ["dev", "proc", "sys", "forkd/interpreters", "forkd/lib"]) {
    await mkdir(join(root, folder), { recursive: true });
    await chmod(join(root, folder), 0o755);
  }
  await chmod(join(root, "forkd"), 0o755);
  for (const name of parts.agentFiles) {
    const target = join(root, name === AGENT_FILE ? "init" : join("forkd/interpreters", name));
    await copyFile(join(parts.agentDirectory, name), target);
    await chmod(target, 0o755);
  }
  for (const name of parts.modules) {
    const target = join(root, "forkd/lib", name);
    await copyFile(join(parts.moduleDirectory, name), target);
    await chmod(target, 0o644);
  }
  const list = join(root, "forkd/modules");
  await writeFile(list, parts.modules.map((name) => `/forkd/lib/${name}\n`).join(""));
  await chmod(list, 0o644);
}

const PACK_SCRIPT = `cd "$1" && umask 077 && exec "$0" --create --format=newc --reproducible --owner=0:0 \\
  --null --quiet < "$2" > "$3"`;

/**
 * Packs a tree as a newc archive: sorted, with times of 0, owned by root, without device numbers, so that the same
 * tree gives the same bytes. It is not compressed: of 2 MB that makes no difference to how fast a guest boots.
 */
export async function packInitramfs(root: string, outputPath: string, options: CallOptions): Promise<void> {
  const cpio = await requireProgram("cpio", "cpio");
  const paths = (await readdir(root, { recursive: true })).toSorted();
  for (const path of paths) await utimes(join(root, path), 0, 0);
  const list = `${outputPath}.list`;
  await writeFile(list, paths.map((path) => `${path}\0`).join(""));
  const result = await runCommand("sh", ["-c", PACK_SCRIPT, cpio, root, list, outputPath], options);
  await rm(list);
  if (!result.ok) throw new Error(`cpio ended with ${result.ended}: ${result.tail.join("; ")}`);
}
