import { text } from "node:stream/consumers";
import { Option } from "@commander-js/extra-typings";
import { DEFAULT_TIMEOUT_SECS, toWire } from "@forkd/sdk";
import type { EvalListeners } from "@forkd/sdk";
import { EXIT } from "../exit-codes.ts";
import { languageOption } from "../options/language.ts";
import { printEvaluation } from "../output/evaluation.ts";
import { printJson, printNote, writeRaw } from "../output/print.ts";
import { writeResultFile, writeResultFiles } from "../output/result-files.ts";
import { parseSeconds } from "../parse/seconds.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

const STREAMED: EvalListeners = {
  onStdout: (text) => writeRaw("stdout", Buffer.from(text)),
  onStderr: (text) => writeRaw("stderr", Buffer.from(text)),
};

export function createCommand() {
  return daemonCommand("eval")
    .description(
      "Evaluate code in a sandbox's warm interpreter: what it printed, then the value. Variables stay for the next " +
        "eval. Status 1 if the code throws; a shell's own status.",
    )
    .argument("<id>", "the sandbox")
    .argument("<code>", "the code; - reads it from standard input")
    .addOption(languageOption().conflicts(["node", "context"]))
    .addOption(new Option("--node", "the same as --language node").conflicts("context"))
    .option("--context <context>", "a context that code-context create has made")
    .addOption(
      new Option("--mode <mode>", "one expression, statements, or both (the last one's value)")
        .choices(["auto", "eval", "run"] as const)
        .default("auto" as const),
    )
    .option(
      "--timeout-secs <n>",
      `give up after this many seconds (default: ${DEFAULT_TIMEOUT_SECS.eval})`,
      parseSeconds,
    )
    .addOption(new Option("--stream", "print what the code prints while it runs").conflicts("json"))
    .option(
      "-o, --output <file>",
      "write the first result that has the format of the file's ending, as fig.png",
    )
    .option(
      "--output-dir <dir>",
      "write all results into this directory, which is made, in all their formats",
    )
    .addHelpText(
      "after",
      example(
        "forkd eval ID 'sum(range(10))'",
        "forkd eval ID -l node '[1, 2].map(x => x * 2)'",
        "forkd eval ID -l bash 'cd /srv; ls'",
        "forkd eval ID 'import matplotlib.pyplot as p; p.plot([1, 4, 9])' -o fig.png",
      ),
    )
    .action((id, code, options) =>
      withDaemon(options, async ({ signal, find }) => {
        const { node, context, mode, timeoutSecs, stream, output, outputDir } = options;
        const source = code === "-" ? await text(process.stdin) : code;
        const language = node ? "node" : options.language;
        const request = { language, context, mode, timeoutSecs, signal };
        const listeners = stream ? STREAMED : {};
        const result = await (await find(id)).eval(source, { ...request, ...listeners });
        if (options.json) printJson(toWire(result));
        else await printEvaluation(stream ? { ...result, stdout: "", stderr: "" } : result);
        if (outputDir !== undefined)
          for (const path of await writeResultFiles(outputDir, result.results)) printNote(`wrote ${path}`);
        if (output !== undefined && result.error !== null)
          printNote(`the code failed: ${output} is not written`);
        else if (output !== undefined) await writeResultFile(output, result.results);
        if (result.timedOut) process.exitCode = EXIT.timedOut;
        else process.exitCode = result.exitCode;
      }),
    );
}
