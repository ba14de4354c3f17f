import { Command } from "@commander-js/extra-typings";
import { completeWords } from "../completion/complete-words.ts";
import { printLine } from "../output/print.ts";

export function createCommand() {
  return new Command("__complete").argument("[words...]").action(async (words) => {
    for (const candidate of await completeWords(words)) printLine(candidate);
  });
}
