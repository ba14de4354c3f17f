import { toWire } from "@forkd/sdk";
import type { NetnsInfo } from "@forkd/sdk";
import { printJson, printNote } from "./print.ts";
import { printTable } from "./table.ts";

/** Network namespaces, and whose each is. */
export function printNamespaces(all: readonly NetnsInfo[], { json }: { json?: true | undefined }): void {
  if (json) return printJson(toWire(all));
  if (all.length === 0) return printNote("no network namespaces; have some ready: forkd netns setup 10");
  printTable(all, [
    { head: "NETNS", cell: ({ name }) => name },
    { head: "SANDBOX", cell: ({ sandboxId }) => sandboxId ?? "-" },
  ]);
}
