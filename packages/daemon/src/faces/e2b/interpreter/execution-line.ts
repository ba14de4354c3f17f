/** A line of an answer, as E2B's clients read it. */
export interface ExecutionLine {
  readonly type:
    "stdout" | "stderr" | "result" | "error" | "number_of_executions" | "end_of_execution" | "keepalive";
  readonly [field: string]: unknown;
}

/**
 * ASCII alone: some clients decode each part of an answer by itself, where a character may be in two, and some take
 * more for the end of a line than that.
 */
export function writeLine(line: ExecutionLine): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(line).replaceAll(/[\x7f-\uffff]/g, escape)}\n`;
}
