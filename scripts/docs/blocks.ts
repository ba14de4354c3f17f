import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

/** A code block of a page, by the words behind its fence: a language, `file=PATH`, `not-run: REASON`, or `as-root: REASON`. */
export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The file that it is, for the blocks after it. */
  readonly file: string | undefined;
  /** Whether it cannot run as it stands, whoever runs it. */
  readonly isMarked: boolean;
  /** Why it cannot run as it stands, or not by who runs it. */
  readonly reason: string | undefined;
}

const NOT_RUN = /^not-run: (.+)$/;
const NOT_RUN_BY_USER = /^(?:not-run|as-root): (.+)$/;
const isRoot = process.getuid?.() === 0;

const FENCE = /^```(?<info>.*)\n(?<text>[^]*?)^```$/gm;

/** The pages that people read: the README files and all below `docs`. */
export function listPages(): string[] {
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" });
  const pages = docs.filter((name) => name.endsWith(".md")).map((name) => join("docs", name));
  return ["README.md", "packages/sdk/README.md", "python/forkd/README.md", "guest/agent/README.md", ...pages.toSorted()];
}

/** The blocks of a page, in order. */
export function readBlocks(page: string): Block[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(FENCE)].map(({ index, groups = {} }) => {
    const [language = "", ...rest] = (groups["info"] ?? "").trim().split(" ");
    const mark = rest.join(" ");
    return {
      page: relative(ROOT, join(ROOT, page)),
      line: text.slice(0, index).split("\n").length,
      language,
      text: groups["text"] ?? "",
      file: /^file=(\S+)$/.exec(mark)?.[1],
      isMarked: NOT_RUN.test(mark),
      reason: (isRoot ? NOT_RUN : NOT_RUN_BY_USER).exec(mark)?.[1],
    };
  });
}
