import { ForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { withTimeout } from "@forkd/core";
import { findProgram } from "../process/find-program.ts";
import { runCommand } from "../process/run-command.ts";

const QEMU = "qemu-system-x86_64";
const VERSION_MS = 10_000;

/** The path of qemu-system-x86_64. Throws `requirement_missing` with the command that installs it. */
export async function resolveQemu(): Promise<string> {
  const path = await findProgram(QEMU);
  if (path !== undefined) return path;
  throw new ForkdError("requirement_missing", {
    requirement: QEMU,
    why: "it is not in PATH",
    mend: "install it: sudo apt-get install qemu-system-x86",
  });
}

/** The version of a QEMU binary, such as `7.2.22`. Throws `vmm_failed`. */
export async function readQemuVersion(
  path: string,
  options: CallOptions = { signal: new AbortController().signal },
): Promise<string> {
  const result = await runCommand(path, ["--version"], { signal: withTimeout(options.signal, VERSION_MS) });
  const version = /QEMU emulator version (\d+\.\d+(?:\.\d+)?)/.exec(result.stdout)?.[1];
  if (version !== undefined) return version;
  const why = result.ok ? "it did not print a version" : `it ended with ${result.ended}`;
  throw new ForkdError("vmm_failed", { command: `${path} --version`, why });
}
