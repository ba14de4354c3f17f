import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";

const HELP: readonly string[] = ["--help", "-h"];

/**
 * What a program was called with. `--help` prints how it is called, and ends it; so does what it does not know, with
 * status 2.
 */
export function readArguments<const Config extends ParseArgsConfig>(
  usage: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  if (process.argv.slice(2).some((word) => HELP.includes(word))) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    return refuse(`${(error as Error).message}\n${usage}`);
  }
}

/** Ends a program that was called in another way than it can be. */
export function refuse(usage: string): never {
  console.error(usage);
  process.exit(2);
}
