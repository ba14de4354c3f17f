import type { Hint, HintAction, HintOption, HintPart, HintValue } from "./hint.ts";
import { quoteShellWord } from "./quote-shell.ts";
import { SHELL_COMMANDS } from "./shell-commands.ts";
import type { ShellWord } from "./shell-commands.ts";

type Slot = Exclude<ShellWord, string>;

/** A hint in the words of the command line. */
export function renderShellHint(hint: Hint): string {
  return typeof hint === "string" ? hint : hint.map(renderPart).join("");
}

function renderPart(part: HintPart): string {
  if (typeof part === "string") return part;
  return "option" in part ? renderOption(part) : renderShellCommand(part);
}

/**
 * The command that calls an operation.
 *
 * @example renderShellCommand(act("deleteSnapshot", { tag: "py", cascade: true })) // forkd rmi --cascade py
 */
export function renderShellCommand({ operation, args }: HintAction): string {
  const words = (SHELL_COMMANDS[operation] as readonly ShellWord[]).filter(
    (word) => typeof word === "string" || Object.hasOwn(args, word.arg),
  );
  const fill = (some: readonly ShellWord[]): string[] => some.flatMap((word) => fillWord(word, args));
  const rest = words.filter(isRest);
  const command = words.filter((word) => !isRest(word));
  const names = command.filter(isName);
  // What begins with a dash is no option only behind `--`, and all options must be before that.
  const late = names.some(({ arg }) => String(args[arg]).startsWith("-")) ? names : [];
  const behind = fill([...late, ...rest]);
  const front = fill(command.filter((word) => !(late as readonly ShellWord[]).includes(word)));
  return ["forkd", ...front, ...(behind.length === 0 ? [] : ["--", ...behind])].join(" ");
}

function isRest(word: ShellWord): boolean {
  return typeof word !== "string" && "rest" in word;
}

function isName(word: ShellWord): word is Slot {
  return typeof word !== "string" && !("flag" in word);
}

function fillWord(word: ShellWord, args: HintAction["args"]): string[] {
  if (typeof word === "string") return [word];
  const value = args[word.arg] ?? null;
  if ("when" in word) return value === word.when ? [word.flag] : [];
  const filled = value === null ? [word.placeholder] : listWords(value, "rest" in word).map(quoteShellWord);
  return "flag" in word ? [word.flag, ...filled] : filled;
}

function listWords(value: HintValue, isCommand: boolean): string[] {
  return isCommand && Array.isArray(value) ? value.map(String) : [String(value)];
}

function renderOption({ operation, option, value }: HintOption): string {
  const word = (SHELL_COMMANDS[operation] as readonly ShellWord[])
    .filter((one) => typeof one !== "string")
    .find((one) => one.arg === option && (!("when" in one) || one.when === value));
  if (word === undefined || !("flag" in word)) return option;
  return value === undefined ? word.flag : fillWord(word, { [option]: value }).join(" ");
}
