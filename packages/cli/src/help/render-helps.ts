import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { VERBS } from "../commands/registry.ts";
import { createProgram } from "../program.ts";
import { HELP_COLUMNS } from "./columns.ts";

/** The lines of the help of every verb that is shown, and of the verbs below it, by the words that it is asked for with. */
export async function renderHelps(): Promise<Record<string, readonly string[]>> {
  const helps: Record<string, readonly string[]> = {};
  for (const verb of VERBS.filter(({ hidden }) => !hidden)) {
    const command = (await createProgram(verb)).commands.find((one) => one.name() === verb.name);
    if (command !== undefined) addHelp(helps, command, "");
  }
  return helps;
}

function addHelp(helps: Record<string, readonly string[]>, command: CommandUnknownOpts, above: string): void {
  const lines = renderHelp(command).split("\n");
  for (const name of [command.name(), ...command.aliases()]) {
    helps[above + name] = lines;
    for (const child of command.commands) addHelp(helps, child, `${above}${name} `);
  }
}

function renderHelp(command: CommandUnknownOpts): string {
  let help = "";
  const writeOut = (text: string): void => void (help += text);
  command.configureOutput({ writeOut, getOutHelpWidth: () => HELP_COLUMNS }).outputHelp();
  return help;
}
