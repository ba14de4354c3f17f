import { readFileSync } from "node:fs";
import { HELP_COLUMNS, terminalColumns } from "./columns.ts";

const ASKS_FOR_HELP: ReadonlySet<string | undefined> = new Set(["-h", "--help"]);

/**
 * The help that a command line asks for, and for nothing else: as it was rendered beforehand, since to load commander and a
 * verb takes longer than all of this. Undefined where it has to be rendered: for a narrow terminal, or words that are no verb.
 */
export function findKnownHelp(args: readonly string[]): string | undefined {
  if (!ASKS_FOR_HELP.has(args.at(-1)) || terminalColumns() < HELP_COLUMNS) return undefined;
  const helps = JSON.parse(readFileSync(new URL("helps.gen.json", import.meta.url), "utf8")) as Record<
    string,
    readonly string[]
  >;
  const words = args.slice(0, -1).join(" ");
  return Object.hasOwn(helps, words) ? helps[words]?.join("\n") : undefined;
}
