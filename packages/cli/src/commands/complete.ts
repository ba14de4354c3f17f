import { Command } from "@commander-js/extra-typings";
import { completeWords } from "../completion/complete-words.ts";
import { printLine } from "../output/print.ts";
import type { Verb } from "./verb.ts";

export function createCompleteCommand(verbs: readonly Verb[]) {
  return new Command("__complete").argument("[words...]").action(async (words) => {
    for (const candidate of await completeWords(words, verbs)) printLine(candidate);
  });
}
