import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import { errnoOf, hasErrno } from "@forkd/posix";
import { MACHINE_FILES } from "../machine-files.ts";
import { CONTROL_FD, MONITOR_FD } from "../argv/descriptors.ts";

/** A QEMU process of ours. */
export interface VmmProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly monitor: Socket;
  /** The control socket of a process that can copy itself. */
  readonly control: Socket | undefined;
}

export interface SpawnOptions {
  readonly directory: string;
  /** A descriptor that QEMU inherits as `DEVICE_STATE_FD`. */
  readonly deviceStateFd?: number;
  /** Whether it has a control socket. */
  readonly isZygote?: boolean;
}

/**
 * Starts QEMU, or the launcher that becomes it, in the machine's directory, as the leader of its own session, with its output in `vmm.log`. It gets
 * none of our environment, where secrets may be. Throws `requirement_missing`, `out_of_resources`.
 */
export async function spawnVmm(
  program: string,
  argv: readonly string[],
  { directory, deviceStateFd, isZygote = false }: SpawnOptions,
): Promise<VmmProcess> {
  await using log = await open(join(directory, MACHINE_FILES.vmmLog), "a", 0o600);
  const child = spawn(program, argv, {
    cwd: directory,
    detached: true,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    stdio: ["ignore", log.fd, log.fd, "pipe", deviceStateFd ?? "ignore", isZygote ? "pipe" : "ignore"],
  });
  if (child.pid === undefined) {
    const [error] = (await once(child, "error")) as [Error];
    throw spawnError(program, error);
  }
  const stdio: readonly unknown[] = child.stdio;
  return {
    child,
    pid: child.pid,
    monitor: stdio[MONITOR_FD] as Socket,
    control: (stdio[CONTROL_FD] ?? undefined) as Socket | undefined,
  };
}

function spawnError(program: string, error: Error): ForkdError {
  const cause = { cause: error };
  if (hasErrno(error, "ENOENT", "EACCES")) {
    const why = `${program} cannot be run (${errnoOf(error)})`;
    return new ForkdError(
      "requirement_missing",
      { requirement: "QEMU", why, mend: "install qemu-system-x86" },
      cause,
    );
  }
  return new ForkdError("out_of_resources", { resource: "processes", why: error.message }, cause);
}
