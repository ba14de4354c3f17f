import type { EvalEvent, EvalResult, ForkdError } from "@forkd/contract";
import { describeResult } from "./describe-result.ts";
import type { ExecutionLine } from "./execution-line.ts";

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
