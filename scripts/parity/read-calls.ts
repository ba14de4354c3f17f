/** Which methods of a client make which operations: `listSandboxes` is made by `forkd.sandboxes.list`. */
export type Calls = ReadonlyMap<string, readonly string[]>;

/** How a language writes a class, its methods, and what they call. */
export interface Language {
  readonly className: RegExp;
  /** At the beginning of a line. Its group is the name. */
  readonly method: RegExp;
  /** A method of the same class. Its group is the name. */
  readonly ownCall: RegExp;
  readonly isPrivate: (name: string) => boolean;
}

export const TYPESCRIPT: Language = {
  className: /^export (?:abstract )?class (\w+)/m,
  method: /^ {2}(?:async )?\*?(#?\w+)(?:<[^>]*>)?\(/gm,
  ownCall: /\bthis\.(#?\w+)\(/g,
  isPrivate: (name) => name.startsWith("#"),
};

export const PYTHON: Language = {
  className: /^class (?:Async)?(\w+)/m,
  method: /^ {4}(?:async )?def (\w+)\(/gm,
  ownCall: /\bself\.(\w+)\(/g,
  isPrivate: (name) => name.startsWith("_"),
};

/** An operation's name as text, which is how a connection is told of it. */
const OPERATION = /"([a-z][A-Za-z]+)"/g;

/** What the modules of a client call. `places` says how an object of a class is reached. */
export function readCalls(
  modules: readonly string[],
  language: Language,
  places: Readonly<Record<string, string>>,
  operations: ReadonlySet<string>,
): Calls {
  const calls = new Map<string, string[]>();
  for (const text of modules) {
    const place = places[language.className.exec(text)?.[1] ?? ""];
    if (place === undefined) continue;
    const bodies = readMethods(text, language);
    for (const name of bodies.keys()) {
      if (language.isPrivate(name)) continue;
      for (const operation of operationsOf(name, bodies, language))
        if (operations.has(operation))
          calls.set(operation, [...(calls.get(operation) ?? []), `${place}.${name}`]);
    }
  }
  return calls;
}

/** The text of each method of a module's class. */
function readMethods(text: string, { method }: Language): Map<string, string> {
  const heads = [...text.matchAll(method)];
  return new Map(
    heads.map(({ 1: name = "", index }, i) => [name, text.slice(index, heads[i + 1]?.index)] as const),
  );
}

/** Those that a method names itself, and those of the private ones that it calls. */
function operationsOf(name: string, bodies: ReadonlyMap<string, string>, language: Language): Set<string> {
  const body = bodies.get(name) ?? "";
  const own = [...body.matchAll(OPERATION)].map(([, operation = ""]) => operation);
  const helpers = [...body.matchAll(language.ownCall)]
    .map(([, helper = ""]) => helper)
    .filter((helper) => helper !== name && language.isPrivate(helper) && bodies.has(helper));
  return new Set([...own, ...helpers.flatMap((helper) => [...operationsOf(helper, bodies, language)])]);
}
