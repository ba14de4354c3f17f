import type { CommanderError } from "@commander-js/extra-typings";
import { usageError } from "./cli-error.ts";
import { MEANT_OTHERWISE, VERBS_OF_OTHER_TOOLS } from "./commands/verbs-of-other-tools.ts";
import type { Verb } from "./commands/verb.ts";
import { isSandboxId } from "./sandbox-words.ts";

/** What was typed. */
interface Typed {
  readonly args: readonly string[];
  readonly verb: Verb | undefined;
  /** The command that shows the help of it. */
  readonly help: string;
  /** The options of the verb. */
  readonly flags: readonly string[];
}

/** commander's "error: unknown option '--x'\n(Did you mean --y?)" in our form, with what mends it. */
export function explainUsage({ message, code }: CommanderError, { args, verb, help, flags }: Typed): Error {
  const sentence = message
    .replace(/^error: /, "")
    .replace(/^command-argument value '(.*)' is invalid for argument '(.*?)'\./, "'$1' is no $2.")
    .replaceAll("\n", " ")
    .trim();
  const [name = ""] = args;
  if (verb === undefined && Object.hasOwn(VERBS_OF_OTHER_TOOLS, name)) {
    return usageError(`there is no verb ${name}`, VERBS_OF_OTHER_TOOLS[name] ?? help);
  }
  const meant = MEANT_OTHERWISE[verb?.name ?? ""]?.[code];
  if (meant !== undefined) return usageError(sentence, meant);
  const longer = code === "commander.unknownOption" ? findLonger(sentence, flags) : undefined;
  if (longer !== undefined) return usageError(sentence, longer);
  const isOfGuest = code === "commander.unknownOption" && (verb?.name === "exec" || verb?.name === "run");
  if (isOfGuest) return usageError(sentence, `put -- before the command of the guest; see ${help}`);
  return usageError(sentence, describeMisplacedId({ args, verb }) ?? help);
}

/** What an option may be the beginning of: `--timeout` of `--timeout-secs`. */
function findLonger(sentence: string, flags: readonly string[]): string | undefined {
  const [, typed = ""] = /'(--[\w-]+)'/.exec(sentence) ?? [];
  const longer = [...new Set(flags)].filter((flag) => typed !== "" && flag.startsWith(`${typed}-`));
  return longer.length === 0 ? undefined : `did you mean ${longer.join(", ")}?`;
}

/** Verbs whose first argument is a sandbox. */
const OF_A_SANDBOX: ReadonlySet<string> = new Set([
  "exec",
  "eval",
  "attach",
  "top",
  "processes",
  "ping",
  "logs",
  "branch",
]);

/** Where to put a sandbox's id that stands behind its neighbour; undefined when it does not. */
export function describeMisplacedId({ args, verb }: Pick<Typed, "args" | "verb">): string | undefined {
  if (verb === undefined || !OF_A_SANDBOX.has(verb.name)) return undefined;
  const words = args.slice(1).filter((word) => !word.startsWith("-"));
  const id = words.find(isSandboxId);
  return id === undefined || words[0] === id
    ? undefined
    : `the sandbox comes first: forkd ${verb.name} ${id} …`;
}
