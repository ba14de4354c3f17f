import type { ContextInfo } from "@forkd/contract";
import { GUEST_REFUSALS } from "../refusals/guest-refusals.ts";
import { refusal } from "../refusals/refusal.ts";

type Language = ContextInfo["language"];

/** The words that E2B's clients have for the languages that a guest may have. */
const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ["python", "python"],
  ["javascript", "node"],
  ["js", "node"],
  ["bash", "bash"],
]);

/** Throws `unsupported_option` for a language that no guest has. */
export function parseLanguage(word: string): Language {
  const language = LANGUAGES.get(word.trim().toLowerCase());
  if (language !== undefined) return language;
  throw refusal(GUEST_REFUSALS.language, `language ${JSON.stringify(word.slice(0, 64))}`);
}

/** The word that E2B's clients have for it. */
export function nameLanguage(language: Language): string {
  return language === "node" ? "javascript" : language;
}
