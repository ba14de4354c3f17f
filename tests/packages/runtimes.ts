import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { installFromNpm } from "./from-npm.ts";

const SYSTEM_NODE = "/usr/bin/node";
/** The oldest that the package is for, as its `engines` say. */
export const OLDEST_NODE = ">=20.11";
const DENO = "2.9.6";
const BUN = "1.4.5";

const run = promisify(execFile);

/** What runs programs in JavaScript. */
export interface Runtime {
  readonly name: string;
  /** It, and how it is told to run a program; undefined where it cannot be had. */
  readonly command: readonly [string, ...string[]] | undefined;
}

/** Ours, the system's Node if the package is for it, Deno and Bun. */
export async function findRuntimes(): Promise<Runtime[]> {
  const deno = await installFromNpm(`@deno/linux-${process.arch}-glibc`, DENO);
  const bun = await installFromNpm(`@oven/bun-linux-${process.arch === "arm64" ? "aarch64" : "x64"}`, BUN);
  const version = await run(SYSTEM_NODE, ["-p", "process.versions.node"]).catch(() => undefined);
  const [major = 0, minor = 0] = version?.stdout.split(".").map(Number) ?? [];
  const isSupported = major > 20 || (major === 20 && minor >= 11);
  return [
    { name: "this Node", command: [process.execPath] },
    {
      name: "the system's Node (left out where it is too old)",
      command: isSupported ? [SYSTEM_NODE] : undefined,
    },
    {
      name: `Deno ${DENO} (left out where npm cannot get it)`,
      command: deno === undefined ? undefined : [join(deno, "deno"), "run", "--allow-all", "--no-check"],
    },
    {
      name: `Bun ${BUN} (left out where npm cannot get it)`,
      command: bun === undefined ? undefined : [join(bun, "bin/bun"), "run"],
    },
  ];
}
