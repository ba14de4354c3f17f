import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** A verb: what the overview needs, and where the rest is. Adding one is a row of the registry and a file. */
export interface Verb {
  readonly name: string;
  readonly alias?: string;
  readonly group: string;
  readonly summary: string;
  readonly hidden?: true;
  /** The module's `createCommand` makes the command; it is imported only when the verb is used. */
  readonly load: () => Promise<{ createCommand: () => CommandUnknownOpts }>;
}

export function findVerb(verbs: readonly Verb[], name: string | undefined): Verb | undefined {
  return verbs.find((verb) => verb.name === name || verb.alias === name);
}
