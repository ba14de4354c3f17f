import { evalRequestSchema, evalResultSchema } from "@forkd/contract/schemas";
import type { EvalResult } from "@forkd/sdk";
import { z } from "zod";
import { TEXT_LIMIT, limitText } from "../../results/limit-text.ts";
import { describeResults, richOutput } from "../../results/rich-results.ts";
import { writeOutcome } from "../../results/write-outcome.ts";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";

const { code, language, timeout_secs } = evalRequestSchema.shape;
const {
  result,
  result_json,
  stdout,
  stderr,
  error,
  traceback,
  exit_code,
  timed_out,
  truncated,
  duration_ms,
} = evalResultSchema.shape;

const REST = "for the rest print less at once, or write it to a file and use read_file";

export const evalCode = defineTool({
  name: "eval_code",
  title: "Run code in a warm interpreter",
  description:
    "Run Python, JavaScript (node) or bash in the sandbox's interpreter, which is warm and keeps its variables between " +
    "calls. Gives what was printed, the value of the last expression, and figures (matplotlib) as images. An exception is " +
    "in error and traceback.",
  effect: "runs",
  input: z.strictObject({ id: sandboxField, code, language, timeout_secs }),
  output: z.object({
    result,
    result_json,
    results: z.array(richOutput),
    stdout,
    stderr,
    error,
    traceback,
    exit_code,
    timed_out,
    truncated,
    duration_ms,
  }),
  async run({ id, code, language, timeout_secs: timeoutSecs }, { session, signal }) {
    const evaluation = await session.forkd.sandboxes.at(id).eval(code, { language, timeoutSecs, signal });
    const { results, images, isCut: areCut } = describeResults(evaluation.results);
    const fields = limitFields(evaluation);
    const isCut = evaluation.truncated || areCut || fields.isCut;
    const shown = {
      stdout: fields.text.stdout ?? "",
      stderr: fields.text.stderr ?? "",
      ...describeValue(fields.text),
    };
    return {
      data: {
        ...fields.text,
        stdout: shown.stdout,
        stderr: shown.stderr,
        results,
        exit_code: evaluation.exitCode,
        timed_out: evaluation.timedOut,
        truncated: isCut,
        duration_ms: evaluation.durationMs,
      },
      text: writeOutcome(describeEnd(evaluation), shown, isCut ? REST : undefined),
      images,
    };
  },
});

interface Fields {
  readonly stdout: string;
  readonly stderr: string;
  readonly result: string | null;
  readonly result_json: string | null;
  readonly error: string | null;
  readonly traceback: string | null;
}

function limitFields(evaluation: EvalResult): { text: Fields; isCut: boolean } {
  let isCut = false;
  const limit = <Text extends string | null>(text: Text): Text => {
    if (text === null) return text;
    const limited = limitText(text);
    isCut ||= limited.isCut;
    return limited.text as Text;
  };
  const { stdout, stderr, result, resultJson, error, traceback } = evaluation;
  const text = {
    stdout: limit(stdout),
    stderr: limit(stderr),
    result: limit(result),
    // Half of a JSON text is none.
    result_json: resultJson !== null && resultJson.length > TEXT_LIMIT ? null : resultJson,
    error: limit(error),
    traceback: limit(traceback),
  };
  return { text, isCut };
}

function describeValue({ result, error, traceback }: Fields): Record<string, string> {
  return { result: result ?? "", error: traceback ?? error ?? "" };
}

function describeEnd({ error, timedOut, exitCode }: EvalResult): string {
  if (timedOut) return "interrupted by its time-out: raise timeout_secs";
  return error === null && exitCode === 0 ? "ran to its end" : `failed (exit code ${exitCode})`;
}
