import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { ContextInfo } from "@forkd/sdk";

type Language = ContextInfo["language"];

/** The words that people have for a language. */
const WORDS: Readonly<Record<string, Language>> = {
  python: "python",
  py: "python",
  node: "node",
  javascript: "node",
  js: "node",
  bash: "bash",
  shell: "bash",
  sh: "bash",
};

export const languageOption = () =>
  new Option("-l, --language <language>", "python, node (JavaScript) or bash (shell)").argParser(
    parseLanguage,
  );

function parseLanguage(word: string): Language {
  const language = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (language === undefined) throw new InvalidArgumentError("It must be python, node or bash.");
  return language;
}
