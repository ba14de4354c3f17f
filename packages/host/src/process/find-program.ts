import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { ForkdError } from "@forkd/contract";

/** Where administrators' programs are when an ordinary user's PATH lacks them. */
const SBIN = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** PATH, and then the sbin directories. */
export function programPath(): string {
  return [process.env["PATH"] ?? "", ...SBIN].join(delimiter);
}

/** The path of an executable file of this name in PATH or the sbin directories, or undefined. */
export async function findProgram(name: string, searchPath = programPath()): Promise<string | undefined> {
  for (const directory of searchPath.split(delimiter).filter(isAbsolute)) {
    const path = join(directory, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** Like {@link findProgram}, but throws `requirement_missing` that names the Debian package to install. */
export async function requireProgram(name: string, debianPackage: string): Promise<string> {
  const path = await findProgram(name);
  if (path !== undefined) return path;
  throw new ForkdError("requirement_missing", {
    requirement: name,
    why: "it is not in PATH",
    mend: `install it: sudo apt-get install ${debianPackage}`,
  });
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false; // absent, or not ours to run: the search goes on either way
  }
}
