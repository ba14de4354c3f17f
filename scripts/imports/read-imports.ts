import { glob, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A file of ours by its path from the root, and all that it names to import, types too, as it is written there. */
export interface SourceFile {
  readonly path: string;
  readonly specifiers: readonly string[];
}

const STATEMENT = /^(?:import|export)\s(?:[^;"=]*?\sfrom\s)?"([^"\n]+)"/gm;
const CALL = /\bimport\("([^"\n]+)"\)/g;

/** The files below `root` that match, without what is installed or built. */
export async function readSources(root: string, patterns: readonly string[]): Promise<SourceFile[]> {
  const exclude = (path: string): boolean => /(?:^|\/)(?:node_modules|dist)(?:\/|$)/.test(path);
  const paths = await Array.fromAsync(glob(patterns, { cwd: root, exclude }));
  return Promise.all(
    paths.toSorted().map(async (path) => ({
      path,
      specifiers: listSpecifiers(await readFile(join(root, path), "utf8")),
    })),
  );
}

/** What a module's text imports, re-exports, and imports when it runs. */
export function listSpecifiers(text: string): string[] {
  return [...text.matchAll(STATEMENT), ...text.matchAll(CALL)].map(([, specifier = ""]) => specifier);
}

/** The path that a relative specifier leads to, from the root; undefined for a package. */
export function resolveRelative({ path }: SourceFile, specifier: string): string | undefined {
  return specifier.startsWith(".") ? join(dirname(path), specifier) : undefined;
}
