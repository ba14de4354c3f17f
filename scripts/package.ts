/** `npm run package -- [npm] [sdk]`: what is installed elsewhere, in `dist/`; all of it unless some are named. */
import { mkdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packNpm } from "./package/pack-npm.ts";
import { stageNpmPackage } from "./package/stage-npm.ts";

const ROOT = resolve(import.meta.dirname, "..");

/** Each makes a package in a directory, and gives its path. */
const KINDS: Readonly<Record<string, (out: string) => Promise<string>>> = {
  npm: async (out) => {
    const stage = join(out, "npm");
    await stageNpmPackage(ROOT, stage);
    return packNpm(stage, out);
  },
  sdk: (out) => packNpm(join(ROOT, "packages/sdk"), out),
};

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
