import { text } from "node:stream/consumers";
import { Option } from "@commander-js/extra-typings";
import { DEFAULT_TIMEOUT_SECS, toWire } from "@forkd/sdk";
import type { EvalResult } from "@forkd/sdk";
import { EXIT } from "../exit-codes.ts";
import { languageOption } from "../options/language.ts";
import { printJson, printLine, printNote, writeRaw } from "../output/print.ts";
import { parseSeconds } from "../parse/arguments.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

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
    .addHelpText(
      "after",
      example(
        "forkd eval ID 'sum(range(10))'",
        "forkd eval ID -l node '[1, 2].map(x => x * 2)'",
        "forkd eval ID -l bash 'cd /srv; ls'",
      ),
    )
    .action((id, code, options) =>
      withDaemon(options, async ({ signal, find }) => {
        const { node, context, mode, timeoutSecs } = options;
        const source = code === "-" ? await text(process.stdin) : code;
        const language = node ? "node" : options.language;
        const result = await (await find(id)).eval(source, { language, context, mode, timeoutSecs, signal });
        if (options.json) printJson(toWire(result));
        else await printResult(result);
        if (result.timedOut) process.exitCode = EXIT.timedOut;
        else process.exitCode = result.exitCode;
      }),
    );
}

async function printResult({
  stdout,
  stderr,
  result,
  error,
  traceback,
  truncated,
}: EvalResult): Promise<void> {
  await writeRaw("stdout", Buffer.from(stdout));
  await writeRaw("stderr", Buffer.from(stderr));
  if (truncated) printNote("(the output was cut)");
  if (result !== null) printLine(result);
  if (error !== null) printNote(traceback?.trimEnd() || error);
}
