import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const HEADER = "# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.\n";

/** Modules that are written for each of the two by hand: what differs in more than its words. */
const BY_HAND = new Set(["__init__.py", "construct.py", "io.py"]);

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\basync (def|with|for)\b/g, "$1"],
  [/\bawait /g, ""],
  [/\bStopAsyncIteration\b/g, "StopIteration"],
  [/\b__a(enter|exit|iter|next)__\b/g, "__$1__"],
  [/\ba(close|closing|next|iter_bytes|iter_raw|read)\b/g, "$1"],
  [/\bAsync(?=[A-Z])/g, ""],
  [/\basync(?=contextmanager\b)/g, ""],
  [/\b_async\b/g, "_sync"],
];

/** The modules of the client that blocks, from those of the one that does not, by their names. */
export async function renderSyncModules(source: string): Promise<Map<string, string>> {
  const names = (await readdir(source)).filter((name) => name.endsWith(".py") && !BY_HAND.has(name));
  const modules = names.toSorted().map(async (name) => {
    const text = await readFile(join(source, name), "utf8");
    return [name, HEADER + toSync(text)] as const;
  });
  return new Map(await Promise.all(modules));
}

/** A module's text without what is asynchronous in it. */
export function toSync(text: string): string {
  return WORDS.reduce((changed, [word, replacement]) => changed.replaceAll(word, replacement), text);
}
