import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { runCommand } from "../process/run-command.ts";

/** What a guest needs to find its devices and its root, and to end connections, in the order in which it is asked for. */
export const GUEST_MODULES = [
  "virtio_ring",
  "virtio",
  "virtio_mmio",
  "virtio_blk",
  "virtio_console",
  "virtio-rng",
  "virtio_net",
  "tcp_diag",
  "ext4",
] as const;

const MAX_MODULE_BYTES = 32 * 1024 * 1024;

/** The kernel takes `-` and `_` in names of modules for the same. */
export function toModuleName(name: string): string {
  return name
    .replace(/^.*\//, "")
    .replace(/\.ko(\.(xz|zst|gz))?$/, "")
    .replaceAll("-", "_");
}

/** What the `depends=` entry of a module's `.modinfo` section names, see modinfo(8). */
export function readDependencies(module: Buffer): string[] {
  const at = module.indexOf("\0depends=");
  if (at < 0) return [];
  const begin = at + "\0depends=".length;
  const end = module.indexOf(0, begin);
  const names = module.toString("latin1", begin, end < 0 ? begin : Math.min(end, begin + 4096));
  return names
    .split(",")
    .filter((name) => name !== "")
    .map(toModuleName);
}

/**
 * Orders modules so that each comes after those that it depends on. `dependenciesOf` gives undefined for one that
 * is built into the kernel, and such are left out.
 */
export async function orderModules(
  wanted: readonly string[],
  dependenciesOf: (name: string) => Promise<readonly string[] | undefined>,
): Promise<string[]> {
  const ordered: string[] = [];
  const visited = new Set<string>();
  const visit = async (name: string): Promise<void> => {
    if (visited.has(name)) return;
    visited.add(name);
    const dependencies = await dependenciesOf(name);
    if (dependencies === undefined) return;
    for (const dependency of dependencies) await visit(dependency);
    ordered.push(name);
  };
  for (const name of wanted) await visit(toModuleName(name));
  return ordered;
}

/** The bytes of a module file, decompressed. */
export async function readModule(path: string, options: { signal: AbortSignal }): Promise<Buffer> {
  if (path.endsWith(".zst"))
    return zstdDecompressSync(await readFile(path), { maxOutputLength: MAX_MODULE_BYTES });
  if (!path.endsWith(".xz")) return readFile(path);
  const plain = path.slice(0, -".xz".length);
  const result = await runCommand("xz", ["--decompress", "--keep", "--force", path], options);
  if (!result.ok) throw new Error(`${path} could not be decompressed: ${result.tail.join("; ")}`);
  return readFile(plain);
}

/** Names that are compiled into the kernel, from its `modules.builtin`. */
export async function readBuiltin(modulesDirectory: string): Promise<Set<string>> {
  const text = await readFile(join(modulesDirectory, "modules.builtin"), "utf8");
  return new Set(text.split("\n").map(toModuleName));
}
