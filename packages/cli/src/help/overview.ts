import { VERBS } from "../commands/registry.ts";
import type { Verb } from "../commands/verb.ts";

const HEAD = `Usage: forkd <verb> [options]

fork(2) for virtual machines: warm one, freeze it, start any number of copies in milliseconds.
`;

const FOOT = `
Examples:
  $ forkd from-image py-numpy --tag py      build an image, warm it up, freeze it
  $ forkd fork --tag py -n 5                five machines of it
  $ forkd eval ID 'numpy.arange(4).sum()'   in the warm interpreter of one
  $ forkd run --tag py -- python3 -V        fork, run, end

'forkd VERB --help' has the options of a verb. A local daemon is started when none runs.
`;

/** The help of the whole. Written here, and not by commander: loading that alone takes longer than all of this. */
export function renderOverview(): string {
  const shown = VERBS.filter(({ hidden }) => !hidden);
  const width = Math.max(...shown.map((verb) => label(verb).length));
  const line = (verb: Verb): string => `  ${label(verb).padEnd(width)}  ${verb.summary}\n`;
  const groups = Map.groupBy(shown, ({ group }) => group);
  const parts = [...groups].map(([group, verbs]) => `\n${group}:\n${verbs.map(line).join("")}`);
  return HEAD + parts.join("") + FOOT;
}

function label({ name, alias }: Verb): string {
  return alias === undefined ? name : `${name}, ${alias}`;
}
