import type { EvalResult } from "../../api.gen.ts";
import { answerFiles } from "./fake-files.ts";
import type { FakeHandlers } from "./fake-operation.ts";
import type { FakeSandbox } from "./fake-sandbox.ts";

/** What is answered of the inside of a sandbox, but for what nobody can know: what commands and code give. */
export function answerGuest(find: (id: string) => FakeSandbox): FakeHandlers {
  const processOf = (params: Readonly<Record<string, string>>) =>
    find(params["id"]!).processes.find(Number(params["pid"]));
  return {
    ...answerFiles((id) => find(id).files),
    listProcesses: ({ params }) => find(params["id"]!).processes.list(),
    attach: ({ params }) => processOf(params),
    waitForProcess: ({ params }) => {
      const { exitCode, signal, timedOut, durationMs } = processOf(params);
      return { exitCode, signal, timedOut, durationMs };
    },
    writeStdin: ({ params }) => (processOf(params), {}),
    signalProcess: ({ params }) => (processOf(params), {}),
    resizeTerminal: ({ params }) => (processOf(params), {}),
    logs: () => "",
  };
}

/** What code gave, by as much as is told of it. */
export function completeEval(told: Partial<EvalResult> | string): EvalResult {
  return {
    results: [],
    result: null,
    resultJson: null,
    stdout: "",
    stderr: "",
    error: null,
    errorName: null,
    errorValue: null,
    traceback: null,
    exitCode: 0,
    timedOut: false,
    truncated: false,
    executionCount: null,
    durationMs: 0,
    ...(typeof told === "string" ? { result: told } : told),
  };
}
