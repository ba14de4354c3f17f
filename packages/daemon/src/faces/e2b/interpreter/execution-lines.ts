import type { EvalEvent, EvalResult, ForkdError } from "@forkd/contract";
import { describeResult } from "./describe-result.ts";

/** A line of an answer, as E2B's clients read it. */
export interface ExecutionLine {
  readonly type: "stdout" | "stderr" | "result" | "error" | "number_of_executions" | "end_of_execution";
  readonly [field: string]: unknown;
}

const NS_PER_MS = 1e6;

export function describeEvent(event: EvalEvent): ExecutionLine[] {
  switch (event.type) {
    case "start":
      return [];
    case "stdout":
    case "stderr":
      return [{ type: event.type, text: event.text, timestamp: Date.now() * NS_PER_MS }];
    case "result":
      return [describeResult(event.content)];
    case "end":
      return describeEnd(event.outcome);
  }
}

/** What went wrong with the execution, where the code itself did not fail. */
export const describeFailure = ({ code, message }: ForkdError): ExecutionLine => ({
  type: "error",
  name: code,
  value: message,
  traceback: "",
});

function describeEnd(outcome: EvalResult): ExecutionLine[] {
  const lines: ExecutionLine[] = [];
  const { error_name: name, error_value: value, traceback, execution_count: count } = outcome;
  if (outcome.error !== null)
    lines.push({ type: "error", name: name ?? "", value: value ?? "", traceback: traceback ?? "" });
  else if (outcome.exit_code !== 0)
    lines.push({ type: "error", name: "ExitStatus", value: String(outcome.exit_code), traceback: "" });
  if (count !== null) lines.push({ type: "number_of_executions", execution_count: count });
  return [...lines, { type: "end_of_execution" }];
}

/**
 * ASCII alone: some clients decode each part of an answer by itself, where a character may be in two, and some take
 * more for the end of a line than that.
 */
export function writeLine(line: ExecutionLine): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(line).replaceAll(/[\x7f-\uffff]/g, escape)}\n`;
}
