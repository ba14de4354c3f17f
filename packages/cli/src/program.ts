import { Command } from "@commander-js/extra-typings";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { VERBS } from "./commands/registry.ts";
import type { Verb } from "./commands/verb.ts";

/** The command line. Only the verb that is used is complete; the others are names, for suggestions. */
export async function createProgram(used: Verb | undefined): Promise<CommandUnknownOpts> {
  const program = new Command("forkd");
  for (const verb of VERBS) {
    const command = verb === used ? (await verb.load()).createCommand() : new Command(verb.name);
    if (verb.alias !== undefined) command.alias(verb.alias);
    program.addCommand(command, { hidden: verb.hidden ?? false });
  }
  settle(program);
  return program;
}

/** Errors are thrown, not printed: one place says them. Settings of a parent do not reach a finished command. */
function settle(command: CommandUnknownOpts): void {
  command
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .helpCommand(false)
    .helpOption("-h, --help", "show help");
  for (const child of command.commands) settle(child);
}
