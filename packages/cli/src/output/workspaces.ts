import { toWire } from "@forkd/sdk";
import type { WorkspaceInfo } from "@forkd/sdk";
import { printJson, printLine } from "./print.ts";
import { printTable } from "./table.ts";
import { formatRelative } from "./units.ts";

/** One line each, or the JSON of all. */
export function printWorkspaces(
  workspaces: readonly WorkspaceInfo[],
  { json = false }: { readonly json?: boolean | undefined },
): void {
  if (json) return printJson(toWire(workspaces));
  if (workspaces.length === 0) return printLine("(no workspaces)");
  printTable(workspaces, [
    { head: "WORKSPACE", cell: ({ name }) => name },
    { head: "STATUS", cell: ({ status }) => status },
    { head: "SNAPSHOT", cell: ({ sourceSnapshotTag }) => sourceSnapshotTag },
    { head: "SANDBOX", cell: ({ id }) => id },
    { head: "CREATED", cell: ({ createdAtUnix }) => formatRelative(createdAtUnix) },
    { head: "LAST USED", cell: ({ lastActiveUnix }) => formatRelative(lastActiveUnix) },
  ]);
}
