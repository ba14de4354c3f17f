import { expect, test } from "vitest";
import { describeExit } from "./exit-status.ts";

test.each([
  [0, null, { exitCode: 0, exited: true, status: "exit status 0" }],
  [3, null, { exitCode: 3, exited: true, status: "exit status 3", error: "exit status 3" }],
  [null, "SIGKILL", { exitCode: -1, exited: false, status: "signal: killed", error: "signal: killed" }],
  [
    null,
    "SIGRTMIN+1",
    { exitCode: -1, exited: false, status: "signal: SIGRTMIN+1", error: "signal: SIGRTMIN+1" },
  ],
  [null, "constructor", { status: "signal: constructor" }],
])("status %s and signal %s are told as E2B's agent does", (exitCode, signal, told) => {
  expect(describeExit({ exitCode, signal })).toMatchObject(told);
});
