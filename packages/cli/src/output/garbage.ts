import type { GarbageReport } from "@forkd/sdk";
import { printNote } from "./print.ts";
import { printTable } from "./table.ts";
import { formatBytes } from "./units.ts";

/** What was removed, or would be. */
export function printGarbage({ dryRun, removed, bytes }: GarbageReport): void {
  if (removed.length === 0) {
    printNote("there is nothing to remove");
    return;
  }
  printTable(removed, [
    { head: "KIND", cell: ({ kind }) => kind },
    { head: "NAME", cell: ({ name }) => name },
    { head: "SIZE", cell: ({ bytes }) => formatBytes(bytes), align: "right" },
  ]);
  printNote(dryRun ? `would free ${formatBytes(bytes)}; nothing was removed` : `freed ${formatBytes(bytes)}`);
}
