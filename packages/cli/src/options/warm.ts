import { Option } from "@commander-js/extra-typings";
import type { SnapshotRequest } from "@forkd/sdk";

export type WarmStep = NonNullable<SnapshotRequest["warm"]>[number];

/** Options that add to `steps`, all four kinds in the order in which they are given. */
export function warmOptions(steps: WarmStep[]): Option[] {
  const step = (flags: string, description: string, make: (text: string) => WarmStep): Option =>
    new Option(flags, description).argParser((text) => {
      steps.push(make(text));
      return steps;
    });
  return [
    step("--warm <cmd>", "run to its end", (cmd) => ({ kind: "command", args: shell(cmd) })),
    step("--warm-python <code>", "run in the warm Python", (code) => ({ kind: "python", code })),
    step("--warm-node <code>", "run in the warm Node.js", (code) => ({ kind: "node", code })),
    step("--service <cmd>", "start, and leave running", (cmd) => ({ kind: "service", args: shell(cmd) })),
  ];
}

/** A line of shell as the arguments of a command. */
export function shell(command: string): string[] {
  return ["sh", "-c", command];
}
