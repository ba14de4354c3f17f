import { Option } from "@commander-js/extra-typings";
import type { Command, OptionValues } from "@commander-js/extra-typings";
import type { LimitChanges } from "@forkd/sdk";
import { parseCount } from "../parse/arguments.ts";
import { orNone } from "../parse/or-none.ts";
import { parseCpus, parseMib, parseRate } from "../parse/size.ts";

export function memoryLimitOption() {
  return new Option(
    "--memory-limit-mib <n>",
    "a hard limit for each guest with its VMM, in MiB; the fork fails without it",
  ).argParser(parseCount);
}

export const memoryOption = () =>
  new Option("--memory <size>", "of guest and VMM together, such as 300M; or none").argParser(
    orNone(parseMib),
  );

const swapOption = () =>
  new Option(
    "--swap <size>",
    "how much of its memory may be swapped out beside that (default: none)",
  ).argParser(orNone(parseMib));

export const cpusOption = () =>
  new Option("--cpus <n>", "how many CPUs' time it may take, such as 0.5").argParser(orNone(parseCpus));

const tasksOption = () =>
  new Option("--tasks <n>", "how many threads and processes its VMM may have").argParser(orNone(parseCount));

const diskReadOption = () =>
  new Option("--disk-read <size>", "how much it may read of its disk in a second, such as 10M").argParser(
    orNone(parseRate),
  );

const diskWriteOption = () =>
  new Option("--disk-write <size>", "how much it may write to its disk in a second").argParser(
    orNone(parseRate),
  );

const diskReadOpsOption = () =>
  new Option("--disk-read-ops <n>", "how often it may read of its disk in a second").argParser(
    orNone(parseCount),
  );

const diskWriteOpsOption = () =>
  new Option("--disk-write-ops <n>", "how often it may write to its disk in a second").argParser(
    orNone(parseCount),
  );

/** Adds those of all that a machine may take but memory, which each verb calls in its own way. */
export function addLimitOptions<
  Args extends unknown[],
  Options extends OptionValues,
  Globals extends OptionValues,
>(command: Command<Args, Options, Globals>) {
  return command
    .addOption(swapOption())
    .addOption(cpusOption())
    .addOption(tasksOption())
    .addOption(diskReadOption())
    .addOption(diskWriteOption())
    .addOption(diskReadOpsOption())
    .addOption(diskWriteOpsOption());
}

type Limit = number | "none" | undefined;

export interface LimitOptions {
  readonly memory?: Limit;
  readonly swap?: Limit;
  readonly cpus?: Limit;
  readonly tasks?: Limit;
  readonly diskRead?: Limit;
  readonly diskWrite?: Limit;
  readonly diskReadOps?: Limit;
  readonly diskWriteOps?: Limit;
}

/** The limits as a request has them, and the other options. */
export function splitLimits<Options extends LimitOptions>({
  memory,
  swap,
  cpus,
  tasks,
  diskRead,
  diskWrite,
  diskReadOps,
  diskWriteOps,
  ...others
}: Options): Omit<Options, keyof LimitOptions> & { readonly limits: LimitChanges } {
  const limits = {
    memoryLimitMib: limitOf(memory),
    swapLimitMib: limitOf(swap),
    cpuLimit: limitOf(cpus),
    taskLimit: limitOf(tasks),
    diskReadBytesPerSec: limitOf(diskRead),
    diskWriteBytesPerSec: limitOf(diskWrite),
    diskReadOpsPerSec: limitOf(diskReadOps),
    diskWriteOpsPerSec: limitOf(diskWriteOps),
  };
  return { ...others, limits };
}

/** A limit as a request has it: null for none. */
export function limitOf(told: Limit): number | null | undefined {
  return told === "none" ? null : told;
}
