import { stat } from "node:fs/promises";
import type { Sandbox } from "@forkd/sdk";
import { CliError } from "../cli-error.ts";
import type { Found } from "./endpoints.ts";

/** What is at a path of the guest, links followed; undefined when there is nothing. */
export async function statInGuest(
  sandbox: Sandbox,
  path: string,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const { exitCode, stdout } = await sandbox.exec(["stat", "-L", "-c", "%f %s", "--", path], { signal });
  if (exitCode !== 0) return undefined;
  const [mode = "", size = ""] = stdout.trim().split(" ");
  return describeFound(Number.parseInt(mode, 16), Number(size));
}

/** The same of the numbers that stat(2) gives on either side. */
export function describeFound(mode: number, sizeBytes: number): Found {
  const type = mode & 0o170000;
  const kind = type === 0o040000 ? "directory" : type === 0o100000 ? "file" : "special";
  return { kind, mode: mode & 0o777, sizeBytes };
}

/** What is at a path of the host, links followed; undefined when there is nothing. */
export async function statOnHost(path: string): Promise<Found | undefined> {
  try {
    const { mode, size } = await stat(path);
    return describeFound(mode, size);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new CliError("host_path", `${path} cannot be used: ${message}`, {
      hint: "check the path and your rights",
      cause: error,
    });
  }
}
