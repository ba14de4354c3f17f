import { toWire } from "@forkd/sdk";
import type { DoctorCheck } from "@forkd/sdk";
import { EXIT } from "../exit-codes.ts";
import { printChecks } from "../output/checks.ts";
import { printJson } from "../output/print.ts";
import { lookAtDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("doctor")
    .description(
      "Check every requirement of this host, and say how to mend what is missing. Status 1 if one fails.",
    )
    .addHelpText("after", example("forkd doctor"))
    .action((options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const doctor = await forkd.doctor({ signal });
        if (options.json) printJson(toWire(doctor));
        else printChecks(doctor.checks);
        if (doctor.checks.some(({ status }: DoctorCheck) => status === "fail"))
          process.exitCode = EXIT.failure;
      }),
    );
}
