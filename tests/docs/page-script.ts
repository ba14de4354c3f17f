import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../scripts/docs/blocks.ts";
import type { Block } from "../../scripts/docs/blocks.ts";

/** The marker that the script prints, on descriptor 3, once a block has run to its end. */
export const markerOf = ({ line }: Block): string => `line ${line}`;

/** Whether a block is run by the page's script. */
export function isProgram({ language, reason }: Block): boolean {
  return reason === undefined && (language === "sh" || language === "ts");
}

/** A place in which a page's commands work as they are printed: `bin/forkd`, `@forkd/sdk`, and `forkd` on its PATH. */
export function preparePlace(place: string): { path: string } {
  mkdirSync(join(place, "bin"), { recursive: true });
  symlinkSync(join(ROOT, "bin/forkd"), join(place, "bin/forkd"));
  mkdirSync(join(place, "node_modules/@forkd"), { recursive: true });
  symlinkSync(join(ROOT, "packages/sdk"), join(place, "node_modules/@forkd/sdk"));
  return { path: `${join(place, "bin")}:${process.env["PATH"] ?? ""}` };
}

/** One shell script of a page's blocks: what one of them sets, the next ones have. */
export function writePageScript(place: string, blocks: readonly Block[]): string {
  const parts = blocks.map((block) => {
    if (block.file !== undefined) writeIn(place, block.file, block.text);
    if (!isProgram(block)) return "";
    const marker = `echo '${markerOf(block)}' >&3\n`;
    if (block.language === "sh") return `${block.text}${marker}`;
    const program = programOf(block);
    writeIn(place, program, block.text);
    return `'${process.execPath}' --conditions=@forkd/source ${program}\n${marker}`;
  });
  const script = join(place, "page.sh");
  writeFileSync(script, `set -eu -o pipefail\n${parts.join("")}`);
  return script;
}

/** The program that a block of TypeScript is written to. */
export const programOf = ({ line }: Block): string => `line-${line}.ts`;

function writeIn(place: string, name: string, text: string): void {
  const path = join(place, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
