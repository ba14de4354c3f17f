import { Command } from "@commander-js/extra-typings";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { VERBS } from "./commands/registry.ts";
import { loadCommand } from "./commands/verb.ts";
import type { Verb } from "./commands/verb.ts";
import { terminalColumns } from "./help/columns.ts";

/** The command line with the verb that is used. Without one, the names of all, for suggestions. */
export async function createProgram(used: Verb | undefined): Promise<CommandUnknownOpts> {
  const program = new Command("forkd");
  for (const verb of used === undefined ? VERBS : [used]) {
    const command = used === undefined ? new Command(verb.name) : await loadCommand(verb);
    program.addCommand(command, { hidden: verb.hidden ?? false });
  }
  settle(program);
  return program;
}

/** Errors are thrown, not printed: one place says them. Settings of a parent do not reach a finished command. */
function settle(command: CommandUnknownOpts): void {
  command
    .exitOverride()
    .configureOutput({ outputError: () => {}, getOutHelpWidth: terminalColumns })
    .helpCommand(false)
    .helpOption("-h, --help", "show help");
  for (const child of command.commands) settle(child);
}
