import type { EvalEvent, EvalResult, ExecEvent, ExecResult } from "../../api.gen.ts";
import { encodeBase64 } from "../../base64.ts";

/** What a command gave, as it is streamed. */
export function encodeExec(answer: unknown): ExecEvent[] {
  const { pid, stdout, stderr, exitCode, signal, timedOut, durationMs } = answer as ExecResult;
  const output = Object.entries({ stdout, stderr }).filter(([, text]) => text !== "");
  return [
    { type: "start", pid, dropped: 0, offset: 0 },
    ...output.map(([type, text]) => {
      return { type: type as "stdout" | "stderr", data: encodeBase64(new TextEncoder().encode(text)) };
    }),
    { type: "exit", exitCode, signal, timedOut, durationMs },
  ];
}

/** What code gave, as it is streamed. */
export function encodeEval(answer: unknown): EvalEvent[] {
  const { stdout, stderr, results, ...rest } = answer as EvalResult;
  const output = Object.entries({ stdout, stderr }).filter(([, text]) => text !== "");
  return [
    { type: "start" },
    ...output.map(([type, text]) => ({ type: type as "stdout" | "stderr", text })),
    ...results.map((content) => ({ type: "result" as const, content })),
    { type: "end", outcome: { ...rest, stdout: "", stderr: "", results: [] } },
  ];
}
