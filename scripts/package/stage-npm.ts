import { execFile } from "node:child_process";
import { cp, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { bundlePrograms } from "./bundle.ts";
import { writeManPages } from "./man-page.ts";
import { renderNotices } from "./notices.ts";

const run = promisify(execFile);

/** What the package puts into PATH. */
export const PROGRAMS = ["forkd", "forkd-controller", "forkd-mcp"] as const;

/** Of what is copied: what is there for tests, or was built. */
const LEFT_OUT = new Set(["node_modules", "test", "tests", "build", "out", "__pycache__"]);

interface Manifest {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
}

/** Puts all that the npm package consists of into `stage`: what is built, and what the programs look for. */
export async function stageNpmPackage(root: string, stage: string): Promise<void> {
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  const { named, modules } = await bundlePrograms(root, join(stage, "dist"));
  await cp(join(root, "packaging/npm"), stage, { recursive: true });
  for (const path of named.filter((one) => !one.startsWith("bin/"))) {
    await cp(join(root, path), join(stage, path), { recursive: true, filter: isKept });
  }
  await cp(join(root, "LICENSE"), join(stage, "LICENSE"));
  await writeFile(join(stage, "THIRD-PARTY-NOTICES.md"), await renderNotices(root, modules));
  await stageSdk(root, join(stage, "node_modules/@forkd/sdk"));
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Manifest;
  await writeFile(join(stage, "package.json"), `${JSON.stringify(renderManifest(manifest), null, 2)}\n`);
  await writeManPages(stage, manifest.version);
}

function isKept(path: string): boolean {
  return !LEFT_OUT.has(basename(path));
}

function renderManifest({ version, description, license, engines }: Manifest) {
  return {
    name: "forkd",
    version,
    description,
    license,
    type: "module",
    os: ["linux"],
    cpu: ["x64"],
    engines,
    bin: Object.fromEntries(PROGRAMS.map((name) => [name, `bin/${name}`])),
    man: PROGRAMS.map((name) => `man/${name}.1`),
    dependencies: { "@forkd/sdk": version },
    // The demos of recipes import it.
    bundleDependencies: ["@forkd/sdk"],
  };
}

/** The SDK as it is installed, for the demos of recipes; without its sources, which only this repository runs. */
async function stageSdk(root: string, stage: string): Promise<void> {
  const source = join(root, "packages/sdk");
  await run("sh", [join(source, "build.sh"), join(stage, "dist")]);
  for (const map of await Array.fromAsync(glob("dist/**/*.map", { cwd: stage }))) await rm(join(stage, map));
  await cp(join(source, "README.md"), join(stage, "README.md"));
  await cp(join(root, "LICENSE"), join(stage, "LICENSE"));
  const manifest = JSON.parse(await readFile(join(source, "package.json"), "utf8"), (name, value: unknown) =>
    name === "@forkd/source" || name === "scripts" ? undefined : value,
  ) as object;
  await writeFile(join(stage, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
