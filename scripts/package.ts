/** `npm run package -- [npm] [sdk] [deb]`: what is installed elsewhere, in `dist/`; all of it unless some are named. */
import { mkdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildDeb } from "./package/build-deb.ts";
import { packNpm } from "./package/pack-npm.ts";
import { stageDeb } from "./package/stage-deb.ts";
import { stageNpmPackage } from "./package/stage-npm.ts";

const ROOT = resolve(import.meta.dirname, "..");

/** Each makes a package in a directory, and gives its path. */
const KINDS: Readonly<Record<string, (out: string) => Promise<string>>> = {
  npm: async (out) => packNpm(await stageNpm(out), out),
  deb: async (out) => {
    const stage = join(out, "deb");
    await stageDeb(stage, { root: ROOT, npm: await stageNpm(out) });
    return buildDeb(stage, out);
  },
  sdk: (out) => packNpm(join(ROOT, "packages/sdk"), out),
};

let staged: Promise<string> | undefined;

/** Stages the npm package, once, and gives its directory. */
function stageNpm(out: string): Promise<string> {
  const stage = join(out, "npm");
  staged ??= stageNpmPackage(ROOT, stage).then(() => stage);
  return staged;
}

const { values, positionals } = parseArgs({
  options: { out: { type: "string", default: join(ROOT, "dist") } },
  allowPositionals: true,
});
const unknown = positionals.find((kind) => !Object.hasOwn(KINDS, kind));
if (unknown !== undefined) {
  console.error(
    `error: there is no package ${unknown}\n  try: some of ${Object.keys(KINDS).join(", ")}, or none for all`,
  );
  process.exit(2);
}
const out = resolve(values.out);
await mkdir(out, { recursive: true });
for (const [kind, make] of Object.entries(KINDS)) {
  if (positionals.length > 0 && !positionals.includes(kind)) continue;
  const path = await make(out);
  const { size } = await stat(path);
  console.log(`wrote ${path} (${(size / 1024 ** 2).toFixed(1)} MiB)`);
}
