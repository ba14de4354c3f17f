import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

/** What a program of this directory prints. In a process of its own: only a condition gives Node the SDK's sources. */
export async function runWithSources(program: string): Promise<string> {
  const path = resolve(import.meta.dirname, program);
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=@forkd/source", path], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}
