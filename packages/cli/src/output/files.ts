import type { FileChange, FileInfo } from "@forkd/sdk";
import { printLine, printNote } from "./print.ts";
import { printTable } from "./table.ts";
import { toSafeLine } from "./text.ts";
import { formatBytes, formatRelative } from "./units.ts";

const TYPE_LETTERS: Readonly<Record<FileInfo["type"], string>> = {
  file: "-",
  dir: "d",
  symlink: "l",
  fifo: "p",
  socket: "s",
  char_device: "c",
  block_device: "b",
};

/** What is in a directory; paths are told below it. */
export function printFiles(files: readonly FileInfo[], directory: string): void {
  if (files.length === 0) return printNote(`nothing is in ${directory}`);
  const prefix = directory.endsWith("/") ? directory : `${directory}/`;
  printTable(files, [
    { head: "MODE", cell: ({ type, mode }) => `${TYPE_LETTERS[type]}${mode}` },
    { head: "OWNER", cell: ({ owner, group }) => `${owner}:${group}` },
    { head: "SIZE", cell: ({ type, size }) => (type === "file" ? formatBytes(size) : "-"), align: "right" },
    { head: "MODIFIED", cell: ({ modifiedAtUnixMs }) => formatRelative(modifiedAtUnixMs / 1000) },
    { head: "PATH", cell: (file) => describePath(file, prefix), paint: paintType },
  ]);
}

/** All that is known of one file. */
export function printFile(file: FileInfo): void {
  const facts = [
    ["path", describePath(file, "")],
    ["type", file.type],
    ["size", `${file.size} bytes`],
    ["mode", file.mode],
    ["owner", `${file.owner}:${file.group} (${file.uid}:${file.gid})`],
    ["modified", new Date(file.modifiedAtUnixMs).toISOString()],
    ...Object.entries(file.metadata).map(([key, value]) => ["metadata", `${key}=${value}`] as const),
  ] as const;
  for (const [name, value] of facts) printLine(`${name.padEnd("modified".length)}  ${toSafeLine(value)}`);
}

/** One event of a directory that is watched. */
export function printChange(change: FileChange): void {
  if (change.type === "opened") return;
  if (change.type === "overflow") return printNote("events were lost: list the directory");
  const to = change.type === "rename" ? ` -> ${change.to}` : "";
  printLine(toSafeLine(`${change.type.padEnd("rename".length)}  ${change.name || "."}${to}`));
}

function describePath({ path, symlinkTarget }: FileInfo, prefix: string): string {
  const below = path.startsWith(prefix) ? path.slice(prefix.length) : path;
  return symlinkTarget === null ? below : `${below} -> ${symlinkTarget}`;
}

function paintType({ type }: FileInfo): "blue" | "cyan" | "yellow" | "plain" {
  if (type === "file") return "plain";
  return type === "dir" ? "blue" : type === "symlink" ? "cyan" : "yellow";
}
