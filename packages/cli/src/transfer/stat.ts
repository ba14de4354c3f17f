import type { Sandbox } from "@forkd/sdk";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";

export interface GuestStat {
  readonly kind: "file" | "directory";
  /** Permission bits, without setuid and its kind. */
  readonly mode: number;
}

/** What is at a path of the guest, links followed; undefined when there is nothing. */
export async function statInGuest(
  sandbox: Sandbox,
  path: string,
  signal: AbortSignal,
): Promise<GuestStat | undefined> {
  const { exitCode, stdout } = await sandbox.exec(["stat", "-L", "-c", "%f", "--", path], { signal });
  if (exitCode !== 0) return undefined;
  const mode = Number.parseInt(stdout, 16);
  const type = mode & 0o170000;
  if (type === 0o040000) return { kind: "directory", mode: mode & 0o777 };
  if (type === 0o100000) return { kind: "file", mode: mode & 0o777 };
  throw new CliError("not_a_file", `${sandbox.id}:${path} is neither a file nor a directory`, {
    hint: "copy files and directories; read devices and pipes with forkd exec ID -- cat",
    exitCode: EXIT.failure,
  });
}
