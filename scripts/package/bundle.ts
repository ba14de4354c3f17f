import { join } from "node:path";
import { build } from "esbuild";
import { keepPlaces } from "./keep-places.ts";

/**
 * The programs, by the names that they have in `dist/`: what is run, and what these run. Those of a group have the files in
 * common that they share, so that a command line loads few.
 */
const GROUPS = [
  {
    launch: "packages/cli/src/launch.ts",
    // Loaded when it is needed, which is before anything could be waited for.
    "string-width": "node_modules/string-width/index.js",
  },
  { "resolve-sdk": "packages/cli/src/recipes/resolve-sdk.ts" },
  {
    daemon: "packages/daemon/src/main.ts",
    "parse-worker": "packages/core/src/json/parse-worker.ts",
  },
  { "receive-stream": "packages/engine-qemu/src/capture/receive-stream.ts" },
] as const;

/** Libraries that are written for `require`, in files that have none. */
const REQUIRE =
  'import { createRequire as forkdRequire } from "node:module"; const require = forkdRequire(import.meta.url);';

/** What a build was made of. */
export interface Bundle {
  /** Files and directories that the programs look for, below the root of the repository and of the package. */
  readonly named: readonly string[];
  /** Paths of all modules in it, below the root of the repository. */
  readonly modules: readonly string[];
}

/** Builds every program into `outdir`, with the libraries that it needs. */
export async function bundlePrograms(root: string, outdir: string): Promise<Bundle> {
  const programs = new Map(
    GROUPS.flatMap((group) => Object.entries(group).map(([name, path]) => [path, name])),
  );
  const named = new Set<string>();
  const modules = new Set<string>();
  for (const group of GROUPS) {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: Object.entries(group).map(([name, path]) => ({ in: join(root, path), out: name })),
      outdir,
      chunkNames: "[name]-[hash]",
      bundle: true,
      splitting: true,
      metafile: true,
      format: "esm",
      platform: "node",
      target: "node24",
      conditions: ["@forkd/source"],
      banner: { js: REQUIRE },
      legalComments: "none",
      logLevel: "warning",
      plugins: [keepPlaces({ root, programs, named })],
    });
    for (const path of Object.keys(metafile.inputs)) modules.add(path);
  }
  return { named: [...named].toSorted(), modules: [...modules] };
}
