import { delimiter, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..");
const TOOLS = join(ROOT, "node_modules/.bin");
/** What is unchanged since it was last seen to be right is not looked at again. Known by content, not by time. */
const CACHE = join(ROOT, "node_modules/.cache");

/** A program that tells by its status whether something holds. */
export interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
}

/** What a change must pass before anything of it is run. `npm run check` and `npm test` know no others. */
export const CHECKS: readonly Check[] = [
  { name: "generated files", command: [process.execPath, "scripts/generate.ts", "--check"] },
  {
    name: "format",
    command: [
      "prettier",
      "--check",
      "--log-level=warn",
      "--cache",
      "--cache-strategy=content",
      `--cache-location=${join(CACHE, "format")}`,
      ".",
    ],
  },
  { name: "lint", command: ["oxlint", "--deny-warnings", "--quiet"] },
  {
    name: "types",
    command: ["tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", join(CACHE, "types.tsbuildinfo")],
  },
  { name: "unused code", command: ["knip", "--no-progress", "--no-config-hints"] },
];

/** Where and with what checks run: the tools of the lock file, before those of the system. */
export const CHECK_OPTIONS = {
  cwd: ROOT,
  env: { ...process.env, PATH: `${TOOLS}${delimiter}${process.env["PATH"] ?? ""}` },
};
