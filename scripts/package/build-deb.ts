import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Packs a staged Debian package into `out`, and gives its path. Needs no root. */
export async function buildDeb(stage: string, out: string): Promise<string> {
  // Modes are as they should be whatever the umask was; what has others is told by name where it is staged.
  await run("chmod", ["-R", "u=rwX,go=rX", join(stage, "usr")]);
  const { stdout } = await run("dpkg-deb", ["--root-owner-group", "-Zzstd", "-z10", "--build", stage, out]);
  const path = /in '(.+)'\.$/m.exec(stdout)?.[1];
  if (path === undefined) throw new Error(`dpkg-deb did not say what it wrote: ${stdout}`);
  return path;
}
