import type { EvalResult, RichResult } from "@forkd/sdk";
import { printLine, printNote, writeRaw } from "./print.ts";
import { filesOf } from "./result-files.ts";
import { toSafeLine, toSafeText } from "./text.ts";
import { formatBytes } from "./units.ts";

/** Prints an evaluation: its output, what it displayed, its value, its error. Output that was streamed is empty here. */
export async function printEvaluation(evaluation: EvalResult): Promise<void> {
  const { stdout, stderr, results, result, error, traceback, truncated } = evaluation;
  await writeRaw("stdout", Buffer.from(stdout));
  await writeRaw("stderr", Buffer.from(stderr));
  if (truncated) printNote("(the output was cut)");
  for (const [index, each] of results.entries()) {
    const text = each.isMainResult ? result : (each.text ?? null);
    if (text !== null) printLine(text);
    printFormats(each, index + 1);
  }
  if (error !== null) printNote(toSafeText(traceback?.trimEnd() || error));
}

/** Says what a result is besides its text. */
function printFormats(result: RichResult, number: number): void {
  const others = filesOf(result).filter(({ format }) => !["text", "json"].includes(format));
  const told = others.map(({ mime, content }) => `${mime}, ${formatBytes(content.length)}`);
  told.push(...Object.keys(result.extra).map(toSafeLine));
  if (result.truncated) told.push("more that is too long");
  if (told.length > 0) printNote(`(result ${number}: ${told.join("; ")})`);
}
