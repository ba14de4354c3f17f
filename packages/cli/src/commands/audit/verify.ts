import { toWire } from "@forkd/sdk";
import { printJson, printLine } from "../../output/print.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createVerifyCommand() {
  return daemonCommand("verify")
    .summary("look whether a line is missing or was altered")
    .description(
      "Look whether each line of the audit follows from the one before. It ends with 1 where one does not, and prints the " +
        "digest of the last: noted elsewhere, it shows later (--contains) that nothing up to it was written anew.",
    )
    .option("--contains <sha256>", "the digest of a line that was the last once")
    .addHelpText("after", example("forkd audit verify", "forkd audit verify --json | jq -r .head.sha256"))
    .action(({ contains, json, ...options }) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const report = await forkd.audit.verify({ contains, signal });
        if (!report.sound) process.exitCode = 1;
        if (json) return printJson(toWire(report));
        const { fault, head, entries, files, firstSeq, directory, recording } = report;
        if (fault) printLine(`${directory}/${fault.file}: line ${fault.line} ${fault.why}`);
        else if (head === null) printLine(`nothing is recorded in ${directory}`);
        else
          printLine(`sound: ${entries} lines in ${files} files, ${firstSeq} to ${head.seq}, ${head.sha256}`);
        if (!recording) printLine("this daemon records nothing (FORKD_AUDIT)");
      }),
    );
}
