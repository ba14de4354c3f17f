/** `npm run check`: all that a change must pass before anything of it is run, at once, in seconds. */
import { CHECKS } from "./checks.ts";
import { runCheck } from "./run-check.ts";

const startedAt = performance.now();
const passes = await Promise.all(CHECKS.map((check) => runCheck(check)));
const failed = passes.filter((isPassed) => !isPassed).length;
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(`${passes.length - failed} passed, ${failed} failed, in ${seconds} s`);
process.exitCode = failed === 0 ? 0 : 1;
