import { isForkdApiError, toWire } from "@forkd/sdk";
import type { Doctor, DoctorCheck } from "@forkd/sdk";
import { examineWithoutDaemon } from "../daemon/doctor-alone.ts";
import { EXIT } from "../exit-codes.ts";
import { printChecks } from "../output/checks.ts";
import { printJson } from "../output/print.ts";
import { localSocket, withRunningDaemon } from "../session.ts";
import type { Session } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("doctor")
    .description(
      "Check every requirement of this host, and say how to mend what is missing. Needs no daemon. Status 1 if one fails.",
    )
    .addHelpText("after", example("forkd doctor"))
    .action((options) =>
      withRunningDaemon(options, async (session) => {
        const doctor = await examine(session);
        if (options.json) printJson(toWire(doctor));
        else printChecks(doctor.checks);
        if (doctor.checks.some(({ status }: DoctorCheck) => status === "fail"))
          process.exitCode = EXIT.failure;
      }),
    );
}

/** A daemon says it of its host; a local one that does not run, or cannot start, is not needed. */
async function examine({ forkd, signal }: Session): Promise<Doctor> {
  const socketPath = localSocket(forkd.baseUrl);
  try {
    return await forkd.doctor({ signal });
  } catch (error) {
    const isGone = isForkdApiError(error) && error.code === "daemon_unreachable";
    if (!isGone || socketPath === undefined) throw error;
    return await examineWithoutDaemon(socketPath, { signal });
  }
}
