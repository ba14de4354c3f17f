import { toWire } from "@forkd/sdk";
import type { TenantInfo } from "@forkd/sdk";
import { printJson, printLine } from "../../output/print.ts";
import { printTable } from "../../output/table.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createListCommand() {
  return daemonCommand("list")
    .summary("list tenants, with what they use")
    .description("List the tenants that have a token, a sandbox or a quota: what each uses, of how much.")
    .addHelpText("after", example("forkd tenant list"))
    .action((options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const tenants = await forkd.tenants.list({ signal });
        if (options.json) return printJson(toWire(tenants));
        if (tenants.length === 0) return printLine("(no tenants)");
        printTenants(tenants);
      }),
    );
}

export function printTenants(tenants: readonly TenantInfo[]): void {
  const column = (head: string, name: keyof TenantInfo["used"]) => ({
    head,
    cell: ({ used, quota }: TenantInfo) => `${Math.round(used[name])} of ${quota[name] ?? "any"}`,
  });
  printTable(tenants, [
    { head: "TENANT", cell: ({ name }) => name },
    column("SANDBOXES", "sandboxes"),
    column("MEMORY MIB", "memoryMib"),
    column("DISK MIB", "diskMib"),
    column("BRANCHES/MIN", "branchesPerMinute"),
  ]);
}
