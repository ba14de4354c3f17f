import { join } from "node:path";
import type { MachineExit } from "@forkd/core";
import { MACHINE_FILES } from "../machine-files.ts";
import { readTail } from "../console-log.ts";
import type { QmpEvent } from "../qmp/message.ts";
import { explainBusError } from "./bus-error.ts";

const TAIL_BYTES = 16 * 1024;
const LAST_LINES = 100;
const WARNING = /^[^:]*: warning: /;
const GUEST_PANIC = /Kernel panic - not syncing: .*/;

/** What is known of an end: how the process ended (nulls when it was not our child), and what QEMU said before. */
export interface ExitEvidence {
  readonly code: number | null;
  readonly signal: string | null;
  readonly shutdown: QmpEvent | undefined;
  readonly directory: string;
  /** The file that holds guest memory, where that is known. */
  readonly memoryPath: string | undefined;
}

/** Says in words how a machine ended. */
export async function explainExit(evidence: ExitEvidence): Promise<MachineExit> {
  const { code, signal, memoryPath } = evidence;
  if (signal === "SIGBUS") return { code, signal, ...(await explainBusError(memoryPath)) };
  return { code, signal, why: await explain(evidence), noSpaceAt: undefined };
}

async function explain({ code, signal, shutdown, directory }: ExitEvidence): Promise<string> {
  // QEMU aborts where it finds itself in a state that it should not be in, and says which.
  if (signal === "SIGABRT") return `QEMU aborted${await readLastLine(directory)}`;
  if (signal !== null) return `the VMM was killed by ${signal}`;
  if (code !== null && code !== 0) return `QEMU failed with status ${code}${await readLastLine(directory)}`;
  if (shutdown === undefined)
    return code === null ? `the VMM is gone${await readLastLine(directory)}` : "the VMM ended by itself";
  return explainShutdown(String(shutdown.data["reason"]), directory);
}

/** QEMU warns of what it may drop one day, and goes on. */
async function readLastLine(directory: string): Promise<string> {
  const lines = await readTail(join(directory, MACHINE_FILES.vmmLog), LAST_LINES, TAIL_BYTES);
  const line = lines.findLast((candidate) => !WARNING.test(candidate));
  return line === undefined ? "" : `: ${line}`;
}

/** The reasons are those of QEMU's `ShutdownCause`. */
async function explainShutdown(reason: string, directory: string): Promise<string> {
  switch (reason) {
    case "guest-shutdown":
      return "the guest powered itself off";
    case "guest-reset":
    case "guest-panic": {
      const lines = await readTail(join(directory, MACHINE_FILES.console), 100, TAIL_BYTES);
      const panic = lines.map((line) => GUEST_PANIC.exec(line)?.[0]).find((match) => match !== undefined);
      return panic === undefined ? "the guest reset itself" : `the guest's kernel panicked: ${panic}`;
    }
    case "host-signal":
      return "the VMM was ended by a signal";
    case "host-qmp-quit":
      return "the VMM was told to quit";
    default:
      return `the VMM shut down (${reason})`;
  }
}
