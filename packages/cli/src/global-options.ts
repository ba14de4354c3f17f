import { DAEMON_OPTIONS } from "./contexts/daemon-options.ts";

/**
 * Options that every verb of a daemon has, and that may stand before it too. Before a verb, as other tools have it,
 * --context is --daemon: of a verb it may be something else.
 */
const WITH_VALUE: readonly string[] = [...Object.keys(DAEMON_OPTIONS), "--context"];
const WITHOUT_VALUE: readonly string[] = ["--json"];

/** The same words with the verb first: what stood before it comes behind its own, before a guest's command. */
export function putVerbFirst(args: readonly string[]): readonly string[] {
  let at = 0;
  while (at < args.length) {
    const [name = "", value] = (args[at] ?? "").split("=", 2);
    const hasValue = WITH_VALUE.includes(name);
    if (!hasValue && !WITHOUT_VALUE.includes(name)) break;
    at += hasValue && value === undefined ? 2 : 1;
  }
  const globals = args.slice(0, at).map((word) => word.replace(/^--context(?==|$)/, "--daemon"));
  const rest = args.slice(at);
  const end = rest.indexOf("--");
  const own = end < 0 ? rest : rest.slice(0, end);
  return own.length === 0 ? args : [...own, ...globals, ...rest.slice(own.length)];
}
