import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Block } from "../../scripts/docs/blocks.ts";

/** The marker that the script prints, on descriptor 3, once a block has run to its end. */
export const markerOf = ({ line }: Block): string => `line ${line}`;

/** Whether a block is run by the page's script. One that is a file is for what runs after it. */
export function isProgram({ language, reason, file }: Block): boolean {
  const isCode = language === "sh" || language === "ts" || language === "python";
  return reason === undefined && file === undefined && isCode;
}

/** A command that makes a parent which several pages begin with. */
const MAKES_PARENT = /^(?:bin\/)?forkd from-image py-numpy --tag (?<tag>\S+)\n/gm;

/** The tags of the parents that a page has made by the common command. */
export function listParents(blocks: readonly Block[]): string[] {
  const programs = blocks.filter((block) => isProgram(block) && block.language === "sh");
  return programs.flatMap(({ text }) =>
    [...text.matchAll(MAKES_PARENT)].map(({ groups = {} }) => groups["tag"] ?? ""),
  );
}

/**
 * One shell script of a page's blocks: what one of them sets, the next ones have. A parent that an earlier page has made
 * by the very same command, and that is there, is not made again.
 */
export function writePageScript(place: string, blocks: readonly Block[], made: readonly string[]): string {
  writePrograms(place, blocks);
  const parts = blocks.filter(isProgram).map((block) => {
    const marker = `echo '${markerOf(block)}' >&3\n`;
    if (block.language === "sh") return `${leaveOut(block.text, made)}${marker}`;
    return `${interpreterOf(block)} ${programOf(block)}\n${marker}`;
  });
  const script = join(place, "page.sh");
  // Whoever waits for what it prints waits for what it left in the background, too.
  const head = "set -eu -o pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || :' EXIT\n";
  writeFileSync(script, head + parts.join(""));
  return script;
}

function leaveOut(text: string, made: readonly string[]): string {
  return text.replaceAll(MAKES_PARENT, (command, tag: string) => (made.includes(tag) ? "" : command));
}

/** The system's Python has the packages that the client needs. */
function interpreterOf({ language }: Block): string {
  return language === "python" ? "/usr/bin/python3" : `'${process.execPath}' --conditions=@forkd/source`;
}

/** Writes the files that a page gives and its programs, and gives the paths of those of TypeScript. */
export function writePrograms(place: string, blocks: readonly Block[]): string[] {
  const written = blocks.filter(
    (block) => block.file !== undefined || (isProgram(block) && block.language !== "sh"),
  );
  for (const block of written) writeIn(place, programOf(block), block.text);
  return written.filter(({ language }) => language === "ts").map((block) => join(place, programOf(block)));
}

const programOf = ({ file, line, language }: Block): string =>
  file ?? `line-${line}.${language === "python" ? "py" : "ts"}`;

function writeIn(place: string, name: string, text: string): void {
  const path = join(place, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
