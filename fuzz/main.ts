/** `npm run fuzz -- [TARGET] [--seconds N] [--seed S] [--path P]`: tries hostile inputs on our parsers. */
import { readArguments, refuse } from "../scripts/read-arguments.ts";
import { runTarget } from "./run-target.ts";
import { TARGETS } from "./targets.ts";

const SECONDS = 60;

// Built for minutes at first, which the tests cannot wait for.
process.env["FORKD_TEST_AGENT"] ??= "sanitized";

const NAMES = TARGETS.map(({ name }) => name).join("|");
const USAGE = `usage: npm run fuzz -- [${NAMES}]... [--seconds N] [--seed S] [--path P]`;
const { positionals, values } = readArguments(USAGE, {
  allowPositionals: true,
  options: { seconds: { type: "string" }, seed: { type: "string" }, path: { type: "string" } },
});
const chosen = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const seconds = Number(values.seconds ?? SECONDS);
const seed = values.seed === undefined ? undefined : Number(values.seed);
const isKnown = positionals.every((name) => TARGETS.some((target) => target.name === name));
if (!isKnown || !(seconds > 0) || (seed !== undefined && !Number.isSafeInteger(seed))) refuse(USAGE);
for (const target of chosen) {
  const { inputs, failure } = await runTarget(target, { seconds, seed, path: values.path });
  console.log(`==> ${target.name}: ${failure === undefined ? `${inputs} inputs, no fault` : failure}`);
  if (failure !== undefined) process.exitCode = 1;
}
