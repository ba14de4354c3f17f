import { expect, expectTypeOf, test } from "vitest";
import type { EvalEvent, EvalResult, RichResult, Sandbox } from "./index.ts";
import { collectEvaluation, decodeEvalEvents, toEvalRequest } from "./evaluation.ts";

const outcome: EvalResult = {
  result: "2",
  resultJson: "2",
  results: [],
  stdout: "",
  stderr: "",
  error: null,
  errorName: null,
  errorValue: null,
  traceback: null,
  exitCode: 0,
  timedOut: false,
  truncated: false,
  executionCount: 1,
  durationMs: 1,
};
const shown: RichResult = { isMainResult: true, text: "2", extra: {}, truncated: false };

async function* eventsOf(...events: EvalEvent[]): AsyncGenerator<EvalEvent> {
  yield* events;
}

test("what was streamed is told as it comes, and is in the result", async () => {
  const told: unknown[] = [];
  const tell = (what: unknown): void => void told.push(what);
  const events = eventsOf(
    { type: "start" },
    { type: "stdout", text: "a" },
    { type: "stderr", text: "b" },
    { type: "stdout", text: "c" },
    { type: "result", content: shown },
    { type: "end", outcome },
  );
  const result = await collectEvaluation(events, { onStdout: tell, onStderr: tell, onResult: tell });
  expect(told).toEqual(["a", "b", "c", shown]);
  expect(result).toEqual({ ...outcome, stdout: "ac", stderr: "b", results: [shown] });
});

test("output is kept up to 1 MiB, and told whole", async () => {
  let characters = 0;
  const text = "x".repeat(700_000);
  const events = eventsOf({ type: "stdout", text }, { type: "stdout", text }, { type: "end", outcome });
  const result = await collectEvaluation(events, { onStdout: (part) => (characters += part.length) });
  expect(characters).toBe(1_400_000);
  expect(result.stdout).toHaveLength(1024 * 1024);
  expect(result.truncated).toBe(true);
});

test("a listener that gives a promise is waited for", async () => {
  const order: string[] = [];
  async function* events(): AsyncGenerator<EvalEvent> {
    yield { type: "stdout", text: "a" };
    order.push("asked for more");
    yield { type: "end", outcome };
  }
  const onStdout = async (): Promise<void> => {
    await Promise.resolve();
    order.push("written");
  };
  await collectEvaluation(events(), { onStdout });
  expect(order).toEqual(["written", "asked for more"]);
});

test("results are kept up to 16 MiB, and told whole", async () => {
  let told = 0;
  const content: RichResult = { ...shown, text: "x".repeat(7_000_000) };
  const result = { type: "result", content } as const;
  const events = eventsOf(result, result, result, { type: "end", outcome });
  const { results, truncated } = await collectEvaluation(events, { onResult: () => (told += 1) });
  expect([told, results.length, truncated]).toEqual([3, 2, true]);
});

test("lines are read up to the end, without which they are no answer", async () => {
  const line = {
    type: "result",
    content: { is_main_result: false, json: { a_b: 1 }, extra: { "x/y_z": "" } },
  };
  const lines = [line, { type: "end", outcome: { exit_code: 0 } }, { type: "stdout", text: "late" }];
  expect(await Array.fromAsync(decodeEvalEvents(eventsOf(...(lines as never[]))))).toEqual([
    { type: "result", content: { isMainResult: false, json: { a_b: 1 }, extra: { "x/y_z": "" } } },
    { type: "end", outcome: { exitCode: 0 } },
  ]);
  await expect(Array.fromAsync(decodeEvalEvents(eventsOf()))).rejects.toMatchObject({
    code: "unexpected_reply",
  });
});

test("a context is told by its id, whether it is given or it itself", () => {
  expect(toEvalRequest("1", { context: "ctx_1" })).toEqual({ code: "1", contextId: "ctx_1" });
  expect(toEvalRequest("1", { context: { id: "ctx_1" } })).toEqual({ code: "1", contextId: "ctx_1" });
  expect(toEvalRequest("1", { language: "bash" })).toEqual({ code: "1", language: "bash" });
});

test("evaluations have the types of the contract", () => {
  expectTypeOf<ReturnType<Sandbox["eval"]>>().resolves.toEqualTypeOf<EvalResult>();
  expectTypeOf<ReturnType<Sandbox["evalStream"]>>().toEqualTypeOf<AsyncIterable<EvalEvent>>();
});
