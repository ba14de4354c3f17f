import { readArguments } from "../scripts/read-arguments.ts";

/** Whether a benchmark is to make a part of its runs alone, as `--quick` says. */
export function isQuickRun(script: string): boolean {
  const options = { quick: { type: "boolean" } } as const;
  return readArguments(`usage: npm run ${script} -- [--quick]`, { options }).values.quick ?? false;
}
