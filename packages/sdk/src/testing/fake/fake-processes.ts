import type { ExecResult, ProcessInfo } from "../../api.gen.ts";
import { refusal } from "./refusal.ts";

interface Entry {
  readonly args: readonly string[];
  readonly result: ExecResult;
}

/** The commands that one sandbox was asked to run. Each ended as it began. */
export class FakeProcesses {
  readonly #entries = new Map<number, Entry>();

  /** Notes one, with what is told of it. */
  add(args: readonly string[], told: Partial<ExecResult> | string): ExecResult {
    const pid = 100 + this.#entries.size;
    const result: ExecResult = {
      stdout: "",
      stderr: "",
      exitCode: 0,
      signal: null,
      timedOut: false,
      truncated: false,
      running: false,
      pid,
      durationMs: 0,
      nextOffset: null,
      ...(typeof told === "string" ? { stdout: told } : told),
    };
    this.#entries.set(result.pid, { args, result });
    return result;
  }

  /** Throws `guest_process_not_found`. */
  find(pid: number): ExecResult {
    const entry = this.#entries.get(pid);
    if (entry === undefined)
      throw refusal(404, "guest_process_not_found", `exec started no process ${pid} here`);
    return entry.result;
  }

  list(): ProcessInfo[] {
    return [...this.#entries].map(([pid, { args, result }]) => ({
      pid,
      args,
      running: false,
      exitCode: result.exitCode,
      signal: result.signal,
      startedAtUnixMs: null,
      user: null,
      cwd: null,
      pty: null,
      lossless: null,
      outputBytes: result.stdout.length + result.stderr.length,
    }));
  }
}
