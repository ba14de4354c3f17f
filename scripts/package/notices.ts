import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const LICENCE = /^licen[cs]e(?:[-.](?:md|txt|mit))?$/i;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/**
 * What the licences of libraries ask for of whoever passes them on: their texts, of all that `modules` are of. Throws for a
 * library that comes without one.
 */
export async function renderNotices(root: string, modules: readonly string[]): Promise<string> {
  const directories = new Set(modules.flatMap((path) => directoryOf(path) ?? []));
  const notices = await Promise.all(
    [...directories].toSorted().map((path) => renderNotice(join(root, path))),
  );
  return `# Libraries in forkd, and their licences\n${notices.join("")}`;
}

/** The package that a module belongs to; undefined for one of ours. */
function directoryOf(path: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
}

async function renderNotice(directory: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(directory, "package.json"), "utf8")) as Manifest;
  const { name, version, license } = manifest;
  const file = (await readdir(directory)).find((entry) => LICENCE.test(entry));
  if (file === undefined && license === undefined) throw new Error(`${directory} has no licence`);
  const text = file === undefined ? `Licence: ${license}` : await readFile(join(directory, file), "utf8");
  return `\n## ${name} ${version}\n\n\`\`\`text\n${text.trim().replaceAll("\r\n", "\n")}\n\`\`\`\n`;
}
