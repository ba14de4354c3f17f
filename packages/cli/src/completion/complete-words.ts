import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { putVerbFirst } from "../global-options.ts";
import { findBelow, findVerb, loadCommand } from "../commands/verb.ts";
import type { Verb } from "../commands/verb.ts";
import { daemonChoiceIn } from "./daemon-choice.ts";
import { liveValues } from "./live-values.ts";

/** What may stand in place of the last of `words`, which are those after `forkd`. */
export async function completeWords(words: readonly string[], verbs: readonly Verb[]): Promise<string[]> {
  const current = words.at(-1) ?? "";
  const before = putVerbFirst(words.slice(0, -1));
  const candidates = await candidatesBehind(before, current, verbs);
  return candidates.filter((candidate) => candidate.startsWith(current)).toSorted();
}

async function candidatesBehind(
  before: readonly string[],
  current: string,
  verbs: readonly Verb[],
): Promise<string[]> {
  const [first] = before;
  // Options of all verbs may stand before the verb.
  if (first?.startsWith("-") && namesContext(before)) return await liveValues("context", {});
  if (first === undefined || first.startsWith("-")) return namesOf(verbs);
  return await candidatesAfter(findVerb(verbs, first), before, current);
}

const namesContext = (before: readonly string[]): boolean =>
  ["--context", "--daemon"].includes(before.at(-1) ?? "");

function namesOf(verbs: readonly Verb[]): string[] {
  return verbs.filter(({ hidden }) => !hidden).map(({ name }) => name);
}

async function candidatesAfter(
  verb: Verb | undefined,
  before: readonly string[],
  current: string,
): Promise<string[]> {
  // After -- stands a command of the guest, of which we know nothing.
  if (verb === undefined || before.includes("--")) return [];
  const root: CommandUnknownOpts = await loadCommand(verb);
  const child = findBelow(root, before[1]);
  if (root.commands.length > 0 && !child) return root.commands.map((command) => command.name());
  const command = child ?? root;
  const words = before.slice(child ? 2 : 1);
  const option = command.options.find(({ long, short }) => [long, short].includes(words.at(-1) ?? ""));
  const live = (name: string) => liveValues(name, daemonChoiceIn(before));
  if (option && (option.required || option.optional)) {
    return option.argChoices ?? (await live(valueName(option.flags)));
  }
  if (current.startsWith("-")) return [...command.options.flatMap(({ long }) => long ?? []), "--help"];
  return await completeArgument(command, words, live);
}

/** `tag` of `--from <tag>`: what an option takes, named as arguments are. */
function valueName(flags: string): string {
  return /<(.+)>/.exec(flags)?.[1] ?? "";
}

async function completeArgument(
  command: CommandUnknownOpts,
  words: readonly string[],
  live: (name: string) => Promise<string[]>,
): Promise<string[]> {
  const position = countArguments(command, words);
  const { registeredArguments } = command;
  const argument = registeredArguments[Math.min(position, registeredArguments.length - 1)];
  if (!argument || (position >= registeredArguments.length && !argument.variadic)) return [];
  return argument.argChoices ?? (await live(argument.name()));
}

/** How many words are arguments: neither options nor their values. */
function countArguments(command: CommandUnknownOpts, words: readonly string[]): number {
  const takesValue = (word: string | undefined): boolean =>
    command.options.some((option) => option.required && [option.long, option.short].includes(word));
  return words.filter((word, i) => !word.startsWith("-") && !takesValue(words[i - 1])).length;
}
