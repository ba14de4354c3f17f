import { ForkdError } from "@forkd/contract";
import type { EvalResult, RichResult } from "@forkd/contract";
import { expect, test } from "vitest";
import { writeLine } from "./execution-line.ts";
import { describeEvent, describeFailure } from "./describe-event.ts";

const OUTCOME: EvalResult = {
  results: [],
  result: null,
  result_json: null,
  stdout: "",
  stderr: "",
  error: null,
  error_name: null,
  error_value: null,
  traceback: null,
  exit_code: 0,
  timed_out: false,
  truncated: false,
  execution_count: 3,
  duration_ms: 1,
};

const endOf = (outcome: Partial<EvalResult>) =>
  describeEvent({ type: "end", outcome: { ...OUTCOME, ...outcome } });
const resultOf = (content: Partial<RichResult>) =>
  describeEvent({
    type: "result",
    content: { is_main_result: false, extra: {}, truncated: false, ...content },
  });

test("output has the time in ns at which it was told", () => {
  const before = Date.now();
  const [line] = describeEvent({ type: "stdout", text: "x\n" });
  expect(line).toEqual({ type: "stdout", text: "x\n", timestamp: expect.any(Number) as number });
  expect(line?.["timestamp"]).toBeGreaterThanOrEqual(before * 1e6);
});

test("an end tells the error of the code, how many calls there were, and that it is one", () => {
  expect(endOf({})).toEqual([
    { type: "number_of_executions", execution_count: 3 },
    { type: "end_of_execution" },
  ]);
  const failed = { error: "E: no", error_name: "E", error_value: "no", traceback: null, exit_code: 1 };
  expect(endOf({ ...failed, execution_count: null })).toEqual([
    { type: "error", name: "E", value: "no", traceback: "" },
    { type: "end_of_execution" },
  ]);
});

test("a shell's status other than 0 is an error", () => {
  expect(endOf({ exit_code: 3 })[0]).toEqual({
    type: "error",
    name: "ExitStatus",
    value: "3",
    traceback: "",
  });
});

test("a failure of ours is an error by its code", () => {
  const failure = describeFailure(new ForkdError("context_not_found", { context: "c" }));
  expect(failure).toMatchObject({ type: "error", name: "context_not_found", traceback: "" });
});

test("a result tells no field that it has not, and JSON of what is more than its text", () => {
  expect(resultOf({ is_main_result: true, text: "2", json: 2 })).toEqual([
    { type: "result", is_main_result: true, text: "2" },
  ]);
  expect(resultOf({ text: "[1]", json: [1] })[0]).toMatchObject({ text: "[1]", json: [1] });
  expect(resultOf({ json: null })[0]).toEqual({ type: "result", is_main_result: false, json: null });
});

test("formats without a field are told for each client, and take no field's place", () => {
  const extra = { "image/gif": "R0", type: "stdout", is_main_result: "1", text: "other" };
  expect(resultOf({ extra, text: "x", truncated: true })[0]).toEqual({
    type: "result",
    is_main_result: false,
    text: "x",
    "image/gif": "R0",
    truncated: "true",
    extra: { ...extra, truncated: "true" },
  });
});

test("a line is ASCII, and one line to all readers", () => {
  const text = "é\u2028\u0085\x7f😀\n\uD800";
  const line = writeLine({ type: "stdout", text });
  expect(line).toMatch(/^[ -~]+\n$/);
  expect(JSON.parse(line)).toEqual({ type: "stdout", text });
});
