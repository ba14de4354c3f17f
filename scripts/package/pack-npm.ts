import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Packs a directory as npm publishes it, into another one. Gives the path of the tarball. */
export async function packNpm(directory: string, out: string): Promise<string> {
  const args = ["pack", "--json", "--loglevel=error", "--pack-destination", out];
  const { stdout } = await run("npm", args, { cwd: directory });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return join(out, filename.replace("@", "").replace("/", "-"));
}
