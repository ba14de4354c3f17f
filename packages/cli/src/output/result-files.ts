import { mkdir, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { decodeBase64 } from "@forkd/sdk";
import type { RichResult } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";

/** The formats that are worth a file, with their MIME types and the endings of their files, the plainest last. */
const FORMATS = {
  png: { mime: "image/png", ending: ".png" },
  jpeg: { mime: "image/jpeg", ending: ".jpg" },
  svg: { mime: "image/svg+xml", ending: ".svg" },
  pdf: { mime: "application/pdf", ending: ".pdf" },
  html: { mime: "text/html", ending: ".html" },
  markdown: { mime: "text/markdown", ending: ".md" },
  latex: { mime: "text/latex", ending: ".tex" },
  javascript: { mime: "application/javascript", ending: ".js" },
  data: { mime: "application/json", ending: ".data.json" },
  chart: { mime: "application/json", ending: ".chart.json" },
  json: { mime: "application/json", ending: ".json" },
  text: { mime: "text/plain", ending: ".txt" },
} as const;
type Format = keyof typeof FORMATS;
const BINARY: ReadonlySet<Format> = new Set(["png", "jpeg", "pdf"]);
const JSON_FORMATS: ReadonlySet<Format> = new Set(["data", "chart", "json"]);

/** One format of a result, as the bytes of a file. */
export interface ResultFile {
  readonly format: Format;
  readonly mime: string;
  readonly ending: string;
  readonly content: Uint8Array;
}

/** All formats of a result. */
export function filesOf(result: RichResult): ResultFile[] {
  return (Object.keys(FORMATS) as Format[]).flatMap((format) => {
    const value = result[format];
    return value === undefined ? [] : [{ format, ...FORMATS[format], content: toBytes(format, value) }];
  });
}

function toBytes(format: Format, value: unknown): Uint8Array {
  const text = typeof value === "string" && !JSON_FORMATS.has(format) ? value : JSON.stringify(value);
  return BINARY.has(format) ? decodeBase64(text) : Buffer.from(text);
}

/** Writes the first result that has the format of the file's ending. Throws when none has. */
export async function writeResultFile(path: string, results: readonly RichResult[]): Promise<void> {
  const wanted = extname(path) === ".jpeg" ? ".jpg" : extname(path);
  const found = results.flatMap(filesOf).find(({ ending }) => extname(`x${ending}`) === wanted);
  if (found !== undefined) return await writeFile(path, found.content);
  const endings = [...new Set(results.flatMap(filesOf).map(({ ending }) => ending))];
  const there = endings.length === 0 ? "the code has no result" : `its results can be ${endings.join(", ")}`;
  throw usageError(`no result can be written as ${path}`, there);
}

/** Writes all results into a directory, which is made, each as `result-N` in all formats that it has, and gives the paths. */
export async function writeResultFiles(directory: string, results: readonly RichResult[]): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const paths: string[] = [];
  for (const [index, result] of results.entries())
    for (const { ending, content } of filesOf(result)) {
      const path = join(directory, `result-${index + 1}${ending}`);
      await writeFile(path, content);
      paths.push(path);
    }
  return paths;
}
