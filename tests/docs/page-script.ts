import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../scripts/docs/blocks.ts";
import type { Block } from "../../scripts/docs/blocks.ts";

/** The marker that the script prints, on descriptor 3, once a block has run to its end. */
export const markerOf = ({ line }: Block): string => `line ${line}`;

/** Whether a block is run by the page's script. */
export function isProgram({ language, reason }: Block): boolean {
  return reason === undefined && (language === "sh" || language === "ts" || language === "python");
}

/** Packages that programs of pages import. */
const PACKAGES = { "@forkd/sdk": "packages/sdk", "@e2b/code-interpreter": "node_modules/@e2b/code-interpreter" };

/** A place in which a page's commands work as they are printed: `bin/forkd`, packages, and `forkd` on its PATH. */
export function preparePlace(place: string): { path: string } {
  mkdirSync(join(place, "bin"), { recursive: true });
  symlinkSync(join(ROOT, "bin/forkd"), join(place, "bin/forkd"));
  for (const [name, source] of Object.entries(PACKAGES)) {
    const link = join(place, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, source), link);
  }
  return { path: `${join(place, "bin")}:${process.env["PATH"] ?? ""}` };
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
  return language === "python"
    ? `PYTHONPATH='${join(ROOT, "python/forkd/src")}' /usr/bin/python3 -B`
    : `'${process.execPath}' --conditions=@forkd/source`;
}

/** Writes the files that a page gives and its programs, and gives the paths of those of TypeScript. */
export function writePrograms(place: string, blocks: readonly Block[]): string[] {
  for (const { file, text } of blocks) if (file !== undefined) writeIn(place, file, text);
  const programs = blocks.filter((block) => isProgram(block) && block.language !== "sh");
  for (const program of programs) writeIn(place, programOf(program), program.text);
  return programs.filter(({ language }) => language === "ts").map((program) => join(place, programOf(program)));
}

const programOf = ({ line, language }: Block): string =>
  `line-${line}.${language === "python" ? "py" : "ts"}`;

function writeIn(place: string, name: string, text: string): void {
  const path = join(place, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
