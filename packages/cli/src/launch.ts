import module from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/** What the sources are written for. */
const OLDEST_NODE = 24;

/** Begins every installed program, on whatever Node there is: `forkd` with `words` before its arguments. */
export async function launch(...words: readonly string[]): Promise<void> {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) < OLDEST_NODE) {
    const failure = `error: forkd needs Node.js ${OLDEST_NODE} or newer, and ${process.execPath} is version ${node}`;
    process.stderr.write(`${failure}\n  try: https://nodejs.org/en/download\n`);
    process.exitCode = 5;
    return;
  }
  keepCompiledCode();
  process.argv.splice(2, 0, ...words);
  await import("./main.ts");
}

/** Half of the time of a short command. Not in Node's default place under /tmp, where another user could put code. */
function keepCompiledCode(): void {
  const directory =
    process.env["NODE_COMPILE_CACHE"] ||
    join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "forkd/node");
  // For the daemon, which is a process of its own.
  process.env["NODE_COMPILE_CACHE"] = directory;
  module.enableCompileCache(directory);
}
