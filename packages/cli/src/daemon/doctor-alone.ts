import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Doctor, DoctorCheck } from "@forkd/sdk";
import { CliError } from "../cli-error.ts";
import { daemonEnvironment, INSTALLATION } from "../environment.ts";
import { lastEvent } from "./daemon-log.ts";
import { daemonLogPath } from "./runtime-dir.ts";

const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 240_000;
/** What a daemon logs last that was told to stop. */
const STOPPED = "daemon.stopped";

/** What the doctor finds on this host where no daemon answers on the socket: all but what a daemon is needed for. */
export async function examineWithoutDaemon(
  socketPath: string,
  { signal, program = INSTALLATION.daemonProgram }: { signal: AbortSignal; program?: string },
): Promise<Doctor> {
  const child = spawn(process.execPath, [program, "doctor"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: daemonEnvironment(socketPath),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  const closed = once(child, "close");
  const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr), closed]);
  signal.throwIfAborted();
  const checks = parseChecks(stdout, stderr.trim());
  return { checks: [await describeDaemon(socketPath), ...checks] };
}

function parseChecks(stdout: string, stderr: string): readonly DoctorCheck[] {
  try {
    return (JSON.parse(stdout) as Doctor).checks;
  } catch (cause) {
    throw new CliError("doctor_failed", `the doctor itself failed: ${stderr || "it printed nothing"}`, {
      hint: `run it alone: node ${INSTALLATION.daemonProgram} doctor`,
      cause,
    });
  }
}

/** That none runs is nothing amiss, but how the last one ended may be. */
async function describeDaemon(socketPath: string): Promise<DoctorCheck> {
  const name = "daemon";
  const last = await lastEvent(socketPath);
  const detail = `none answers at ${socketPath}`;
  if (last === "" || last === STOPPED)
    return { name, status: "skip", detail: `${detail}; the next command starts one`, hint: null };
  const hint = `see the whole log: ${daemonLogPath(socketPath)}`;
  return { name, status: "warn", detail: `${detail}; the last one's log ends with: ${last}`, hint };
}

async function read(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream) {
    bytes += part.length;
    if (bytes <= MAX_BYTES) parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
