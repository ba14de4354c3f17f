import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** Words for one thing, of which people try any below a verb. */
const SYNONYMS = [
  ["ls", "list"],
  ["rm", "remove", "delete"],
] as const;

/** A verb: what the overview needs, and where the rest is. Adding one is a row of the registry and a file. */
export interface Verb {
  readonly name: string;
  readonly alias?: string;
  readonly group: string;
  readonly summary: string;
  readonly hidden?: true;
  /** The module's `createCommand` makes the command; it is imported only when the verb is used. */
  readonly load: () => Promise<{ createCommand: () => CommandUnknownOpts }>;
}

export function findVerb(verbs: readonly Verb[], name: string | undefined): Verb | undefined {
  return verbs.find((verb) => verb.name === name || verb.alias === name);
}

/** Imports a verb's module and makes its command. The verbs below it answer to their synonyms too. */
export async function loadCommand({ load, alias }: Verb): Promise<CommandUnknownOpts> {
  const command = (await load()).createCommand();
  if (alias !== undefined) command.alias(alias);
  for (const below of command.commands) {
    const words: readonly string[] = SYNONYMS.find((set) => set.some((word) => word === below.name())) ?? [];
    below.aliases(words.filter((word) => word !== below.name()));
  }
  return command;
}

/** The verb below a verb that a word means, by its name or a synonym. */
export function findBelow(
  verb: CommandUnknownOpts | undefined,
  word: string | undefined,
): CommandUnknownOpts | undefined {
  return verb?.commands.find((one) => one.name() === word || one.aliases().includes(word ?? ""));
}
