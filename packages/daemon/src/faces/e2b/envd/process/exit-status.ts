import type { GuestProcessExit } from "@forkd/core";

/** What strsignal(3) says, in the words of E2B's agent. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["SIGHUP", "hangup"],
  ["SIGINT", "interrupt"],
  ["SIGQUIT", "quit"],
  ["SIGILL", "illegal instruction"],
  ["SIGTRAP", "trace/breakpoint trap"],
  ["SIGABRT", "aborted"],
  ["SIGBUS", "bus error"],
  ["SIGFPE", "floating point exception"],
  ["SIGKILL", "killed"],
  ["SIGUSR1", "user defined signal 1"],
  ["SIGSEGV", "segmentation fault"],
  ["SIGUSR2", "user defined signal 2"],
  ["SIGPIPE", "broken pipe"],
  ["SIGALRM", "alarm clock"],
  ["SIGTERM", "terminated"],
  ["SIGXCPU", "CPU time limit exceeded"],
  ["SIGXFSZ", "file size limit exceeded"],
  ["SIGSYS", "bad system call"],
]);

/** How a process ended. */
export interface ExitStatus {
  /** -1 when a signal ended it. */
  readonly exitCode: number;
  readonly exited: boolean;
  readonly status: string;
  /** The same, unless all is well. */
  readonly error?: string;
}

export function describeExit({
  exitCode,
  signal,
}: Pick<GuestProcessExit, "exitCode" | "signal">): ExitStatus {
  if (exitCode === 0) return { exitCode, exited: true, status: "exit status 0" };
  if (exitCode === null) {
    const name = signal ?? "unknown";
    const status = `signal: ${WORDS.get(name) ?? name}`;
    return { exitCode: -1, exited: false, status, error: status };
  }
  const status = `exit status ${exitCode}`;
  return { exitCode, exited: true, status, error: status };
}
