import { DAEMON_OPTIONS } from "../contexts/daemon-options.ts";
import type { DaemonChoice } from "../contexts/find-daemon.ts";

/** The daemon that words of a command line choose, those of a guest's command left out. */
export function daemonChoiceIn(words: readonly string[]): DaemonChoice {
  const end = words.indexOf("--");
  const choice: { -readonly [Field in keyof DaemonChoice]: DaemonChoice[Field] } = {};
  for (const [i, word] of words.slice(0, end < 0 ? words.length : end).entries()) {
    const [name = "", ...rest] = word.split("=");
    const field = Object.hasOwn(DAEMON_OPTIONS, name) ? DAEMON_OPTIONS[name] : undefined;
    if (field !== undefined) choice[field] = rest.length > 0 ? rest.join("=") : words[i + 1];
  }
  return choice;
}
