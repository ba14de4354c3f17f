import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { CHECK_OPTIONS } from "./checks.ts";
import type { Check } from "./checks.ts";

export interface RunOptions {
  /** Shows what it prints as it comes. Else all of it at the end, so that what two of them say is not mixed. */
  readonly isLive?: boolean;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a check, shows what it printed and how it went, and gives whether it passed. */
export async function runCheck(
  { name, command: [program, ...args] }: Check,
  { isLive = false, timeoutMs, env }: RunOptions = {},
): Promise<boolean> {
  if (isLive) console.log(`==> ${name}`);
  const startedAt = performance.now();
  const child = spawn(program, args, {
    ...CHECK_OPTIONS,
    env: { ...CHECK_OPTIONS.env, ...env },
    stdio: isLive ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
  });
  const exit = once(child, "exit") as Promise<[status: number | null]>;
  const [out, err] = await Promise.all([child.stdout, child.stderr].map(readAll));
  const [status] = await exit;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${out}${err}==> ${name}: ${status === 0 ? "passed" : "FAILED"} in ${seconds} s\n`);
  return status === 0;
}

async function readAll(stream: Readable | null): Promise<string> {
  return stream === null ? "" : text(stream);
}
