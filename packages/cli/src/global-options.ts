/**
 * Options that every verb of a daemon has, and that may stand before it too; whether a value follows. Before a verb, as other
 * tools have it, --context is --daemon: of a verb it may be something else.
 */
const GLOBAL: Readonly<Record<string, boolean>> = {
  "--json": false,
  "--url": true,
  "--daemon": true,
  "--context": true,
  "--daemon-url": true,
  "--daemon-token": true,
};

/** The same words with the verb first: what stood before it comes behind its own, before a guest's command. */
export function putVerbFirst(args: readonly string[]): readonly string[] {
  let at = 0;
  while (at < args.length) {
    const [name = "", value] = (args[at] ?? "").split("=", 2);
    if (!Object.hasOwn(GLOBAL, name)) break;
    at += GLOBAL[name] && value === undefined ? 2 : 1;
  }
  const globals = args.slice(0, at).map((word) => word.replace(/^--context(?==|$)/, "--daemon"));
  const rest = args.slice(at);
  const end = rest.indexOf("--");
  const own = end < 0 ? rest : rest.slice(0, end);
  return own.length === 0 ? args : [...own, ...globals, ...rest.slice(own.length)];
}
