import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { VERBS } from "./commands/registry.ts";
import { findBelow, findVerb } from "./commands/verb.ts";
import { putVerbFirst } from "./global-options.ts";
import { INSTALLATION } from "./environment.ts";
import { EXIT } from "./exit-codes.ts";
import { rootCauseOf } from "@forkd/contract/root-cause";
import { findKnownHelp } from "./help/known-help.ts";
import { renderOverview } from "./help/overview.ts";
import { printLine, printText } from "./output/print.ts";

/** Runs one command line, and sets the process's exit status. */
export async function runCli(typed: readonly string[]): Promise<void> {
  const args = putVerbFirst(typed);
  const [first, ...rest] = args;
  if (first === undefined || first === "-h" || first === "--help") printText(renderOverview());
  else if (first === "-V" || first === "-v" || first === "--version") printLine(INSTALLATION.version);
  else if (first === "help") await runCli([...rest, "--help"]);
  else await runVerb(first, args);
}

async function runVerb(name: string, args: readonly string[]): Promise<void> {
  const help = findKnownHelp(args);
  if (help !== undefined) return printText(help);
  const { createProgram } = await import("./program.ts");
  try {
    const verb = findVerb(VERBS, name);
    const program = await createProgram(verb);
    // Of a verb that is not there, no help either.
    await program.parseAsync(verb === undefined ? [name] : [...args], { from: "user" });
  } catch (error) {
    process.exitCode = await settleFailure(rootCauseOf(error), args);
  }
}

async function settleFailure(error: unknown, args: readonly string[]): Promise<number> {
  const { CommanderError } = await import("@commander-js/extra-typings");
  const { isInterruption } = await import("./interrupt.ts");
  const { reportFailure } = await import("./output/failure.ts");
  if (isInterruption(error)) return error.exitCode;
  const verb = findVerb(VERBS, args[0]);
  const command = (await verb?.load())?.createCommand();
  const help = ["forkd", ...namesOf(command, args), "--help"].join(" ");
  const flags = listFlags(command);
  const { describeMisplacedId, explainUsage } = await import("./usage-failure.ts");
  const view = {
    json: wantsJson(args),
    help,
    misplaced: describeMisplacedId({ args, verb }),
    flags,
  };
  if (!(error instanceof CommanderError)) return reportFailure(error, view);
  // commander has printed help: because it was asked for, or because a verb of the verb is missing.
  if (error.code === "commander.help") return EXIT.usage;
  return error.exitCode === 0
    ? EXIT.ok
    : reportFailure(explainUsage(error, { args, verb, help, flags }), view);
}

/** The verb that was used, and the one below it. */
function namesOf(command: CommandUnknownOpts | undefined, [, second]: readonly string[]): string[] {
  return [command, findBelow(command, second)].flatMap((one) => one?.name() ?? []);
}

/** The options of a verb, and of the verbs below it. */
function listFlags(command: CommandUnknownOpts | undefined): readonly string[] {
  return [command, ...(command?.commands ?? [])].flatMap((one) =>
    (one?.options ?? []).map(({ long, short }) => (long === "--n" ? short : long) ?? ""),
  );
}

/** Whether the options of forkd, not those of a guest's command, ask for JSON. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? args.length : end).includes("--json");
}
