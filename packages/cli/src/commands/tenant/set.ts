import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { toWire } from "@forkd/sdk";
import { printJson } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";
import { printTenants } from "./list.ts";

export function createSetCommand() {
  return daemonCommand("set")
    .summary("say how much a tenant may use")
    .description(
      "Say how much a tenant may use. What is left away has no limit. Tenants are made by their tokens: " +
        "forkd token create NAME --tenant TENANT.",
    )
    .argument("<tenant>", "its name")
    .addOption(amount("--sandboxes <n>", "sandboxes that are not dead, those on disk among them"))
    .addOption(amount("--memory-mib <mib>", "what the guests that have a process see as their memory"))
    .addOption(amount("--disk-mib <mib>", "what its sandboxes have written and its snapshots take"))
    .addOption(amount("--branches-per-minute <n>", "branches and forks of running sandboxes"))
    .addHelpText("after", example("forkd tenant set acme --sandboxes 20 --memory-mib 8192"))
    .action((name, { json, sandboxes, memoryMib, diskMib, branchesPerMinute, ...options }) =>
      withDaemon(options, async ({ forkd, signal }) => {
        const quota = { sandboxes, memoryMib, diskMib, branchesPerMinute };
        const info = await forkd.tenants.set(name, { ...quota, signal });
        if (json) printJson(toWire(info));
        else printTenants([info]);
      }),
    );
}

const amount = <const Flags extends string>(flags: Flags, description: string) =>
  new Option(flags, description).argParser(parseAmount);

function parseAmount(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}
