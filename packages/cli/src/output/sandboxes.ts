import type { SandboxInfo } from "@forkd/sdk";
import { printLine, printNote } from "./print.ts";
import { printTable, renderTable } from "./table.ts";
import type { Column, TableView } from "./table.ts";
import { toSafeText } from "./text.ts";
import { formatBytes, formatDuration, formatRelative } from "./units.ts";

const MIB = 1024 * 1024;

/** What a fork gave: the ids, and how long each took. */
export function printForked(sandboxes: readonly SandboxInfo[]): void {
  printTable(sandboxes, [
    { head: "SANDBOX", cell: ({ id }) => id },
    ...nameColumn(sandboxes),
    ...hostnameColumn(sandboxes),
    { head: "STATUS", cell: ({ status }) => status, paint: paintStatus },
    ...portsColumn(sandboxes),
    ...linkColumn(sandboxes),
    { head: "RESTORED", cell: ({ restoreMs }) => formatDuration(restoreMs), align: "right" },
    {
      head: "READY",
      cell: ({ readyMs }) => (readyMs === null ? "-" : formatDuration(readyMs)),
      align: "right",
    },
  ]);
}

/** What was named, by anybody, has a column for that. */
function nameColumn(sandboxes: readonly SandboxInfo[]): Column<SandboxInfo>[] {
  const isNamed = sandboxes.some(({ name }) => name !== null);
  return isNamed ? [{ head: "NAME", cell: ({ name }) => name ?? "" }] : [];
}

/** Its group, and where that reaches it. */
function linkColumn(sandboxes: readonly SandboxInfo[]): Column<SandboxInfo>[] {
  const isLinked = sandboxes.some(({ network }) => network.link !== null);
  const describe = ({ network: { link }, linkAddr }: SandboxInfo): string =>
    [link, linkAddr].filter((part) => part !== null).join(" ");
  return isLinked ? [{ head: "LINK", cell: describe }] : [];
}

/** What was asked for, as far as it explains that there is none, and how it is shown. */
interface Wanted extends Pick<TableView, "room"> {
  readonly tag: string | undefined;
  readonly isFiltered: boolean;
}

export function printSandboxes(sandboxes: readonly SandboxInfo[], wanted: Wanted): void {
  if (sandboxes.length === 0) return printNote(describeNone(wanted));
  renderSandboxes(sandboxes, wanted).forEach(printLine);
  noteTroubles(sandboxes);
}

/** The table alone, or why there is none. */
export function renderSandboxes(sandboxes: readonly SandboxInfo[], wanted: Wanted): string[] {
  if (sandboxes.length === 0) return [describeNone(wanted)];
  const columns: Column<SandboxInfo>[] = [
    { head: "SANDBOX", cell: ({ id }) => id },
    ...nameColumn(sandboxes),
    { head: "SNAPSHOT", cell: ({ snapshotTag }) => snapshotTag },
    { head: "STATUS", cell: ({ status }) => status, paint: paintStatus },
    ...hostnameColumn(sandboxes),
    ...portsColumn(sandboxes),
    ...linkColumn(sandboxes),
    { head: "MEMORY", cell: describeMemory, align: "right" },
    { head: "PID", cell: ({ pid }) => String(pid ?? "-"), align: "right" },
    { head: "CREATED", cell: ({ createdAtUnix }) => formatRelative(createdAtUnix) },
    {
      head: "ENDS",
      cell: ({ expiresAtUnix }) => (expiresAtUnix === null ? "-" : formatRelative(expiresAtUnix)),
    },
  ];
  return renderTable(sandboxes, columns, { room: wanted.room });
}

function noteTroubles(sandboxes: readonly SandboxInfo[]): void {
  for (const { id, status, died, unmanagedWhy } of sandboxes) {
    if (died !== null) printNote(`${id} died ${formatRelative(died.atUnix)}: ${died.why}`);
    if (status === "unmanaged") printNote(`${id} runs on unmanaged: ${toSafeText(unmanagedWhy ?? "")}`);
  }
}

function describeNone({ tag, isFiltered }: Wanted): string {
  if (isFiltered) return "no sandbox matches; see all: forkd ps";
  return `no sandboxes${tag === undefined ? "" : ` of ${tag}`}; fork some: forkd fork ${tag ?? "TAG"}`;
}

/** A hostname is the id unless it was chosen: then the column would say nothing. */
function hostnameColumn(sandboxes: readonly SandboxInfo[]): Column<SandboxInfo>[] {
  const isChosen = sandboxes.some(({ id, hostname }) => hostname !== id.replace("_", "-"));
  return isChosen ? [{ head: "HOSTNAME", cell: ({ hostname }) => hostname }] : [];
}

function portsColumn(sandboxes: readonly SandboxInfo[]): Column<SandboxInfo>[] {
  if (sandboxes.every(({ publishedPorts }) => publishedPorts.length === 0)) return [];
  const describe = ({ publishedPorts }: SandboxInfo): string =>
    publishedPorts.map(({ port, hostPort }) => `127.0.0.1:${hostPort}->${port}`).join(", ");
  return [{ head: "PORTS", cell: describe }];
}

function describeMemory({ memoryMib, memoryLimitMib }: SandboxInfo): string {
  const memory = formatBytes(memoryMib * MIB);
  return memoryLimitMib === null ? memory : `${memory} (max ${formatBytes(memoryLimitMib * MIB)})`;
}

function paintStatus({ status }: SandboxInfo): "green" | "yellow" | "red" {
  return status === "running" ? "green" : status === "dead" ? "red" : "yellow";
}
