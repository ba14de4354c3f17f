/** `npm run check`: all that a change must pass before anything of it is run, at once, in seconds. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { CHECKS, CHECK_OPTIONS, verdict } from "./checks.ts";
import type { Check } from "./checks.ts";

const startedAt = performance.now();
const passes = await Promise.all(CHECKS.map(run));
const failed = passes.filter((isPassed) => !isPassed).length;
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(`${passes.length - failed} passed, ${failed} failed, in ${seconds} s`);
process.exitCode = failed === 0 ? 0 : 1;

/** Shows what it printed when it is done, so that what two of them say is not mixed. */
async function run(check: Check): Promise<boolean> {
  const [program, ...args] = check.command;
  const child = spawn(program, args, { ...CHECK_OPTIONS, stdio: ["ignore", "pipe", "pipe"] });
  const exit = once(child, "exit") as Promise<[status: number | null]>;
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  process.stdout.write(`${out}${err}${verdict(check, status, startedAt)}\n`);
  return status === 0;
}
