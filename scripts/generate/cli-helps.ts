import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

const PROGRAM = resolve(import.meta.dirname, "print-cli-helps.ts");

/** The help of every verb of the command line. In a process of its own: only a condition gives Node the SDK's sources. */
export async function renderCliHelps(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=@forkd/source", PROGRAM], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}
