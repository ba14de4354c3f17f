import type { ImageInfo, SnapshotInfo } from "@forkd/sdk";
import { printLine, printNote } from "./print.ts";
import { renderTable } from "./table.ts";
import type { Column } from "./table.ts";
import { formatBytes, formatDuration, formatRelative } from "./units.ts";

const SHORT_ID = 12;

export function printImages(images: readonly ImageInfo[]): void {
  if (images.length === 0) printNote("no images yet; build one: forkd image build py-numpy");
  else renderImages(images).forEach(printLine);
}

export function renderImages(images: readonly ImageInfo[]): string[] {
  return renderTable(images, [
    { head: "IMAGE", cell: ({ names }) => names.join(", ") || "-" },
    { head: "ID", cell: ({ id }) => id.slice(0, SHORT_ID) },
    { head: "SIZE", cell: ({ sizeBytes }) => formatBytes(sizeBytes), align: "right" },
    { head: "ON DISK", cell: ({ physicalBytes }) => formatBytes(physicalBytes), align: "right" },
    { head: "CREATED", cell: ({ createdAtUnix }) => formatRelative(createdAtUnix) },
    { head: "PACKAGES", cell: ({ recipe }) => summarise(recipe.packages) },
  ]);
}

export function printSnapshots(snapshots: readonly SnapshotInfo[]): void {
  if (snapshots.length === 0) printNote("no snapshots yet; make one: forkd from-image py-numpy --tag py");
  else renderSnapshots(snapshots).forEach(printLine);
  for (const { tag, warning } of snapshots)
    if (warning !== undefined) printNote(`warning: ${tag}: ${warning}`);
}

export function renderSnapshots(snapshots: readonly SnapshotInfo[]): string[] {
  return renderTable(snapshots, [
    { head: "SNAPSHOT", cell: ({ tag }) => tag },
    {
      head: "STATUS",
      cell: ({ status }) => status,
      paint: ({ bootable }) => (bootable ? "plain" : "yellow"),
    },
    { head: "MEMORY", cell: ({ memoryMib }) => formatBytes(memoryMib * 1024 * 1024), align: "right" },
    { head: "VCPUS", cell: ({ vcpus }) => String(vcpus), align: "right" },
    { head: "ON DISK", cell: ({ physicalBytes }) => formatBytes(physicalBytes), align: "right" },
    { head: "SANDBOXES", cell: ({ sandboxes }) => String(sandboxes), align: "right" },
    { head: "CREATED", cell: ({ createdAtUnix }) => formatRelative(createdAtUnix) },
    { head: "IMAGE", cell: ({ imageId }) => imageId?.slice(0, SHORT_ID) ?? "-" },
    ...lineageColumns(snapshots),
  ]);
}

/** What snapshots stand on and were branched from; each column only where it says something. */
function lineageColumns(snapshots: readonly SnapshotInfo[]): Column<SnapshotInfo>[] {
  const nameOf = (id: string): string => snapshots.find((snapshot) => snapshot.id === id)?.tag ?? id;
  const parent: Column<SnapshotInfo> = {
    head: "PARENT",
    cell: ({ parentId }) => (parentId === null ? "-" : nameOf(parentId)),
  };
  const source: Column<SnapshotInfo> = {
    head: "BRANCHED FROM",
    cell: ({ branchedFrom }) => branchedFrom ?? "-",
  };
  return [
    ...(snapshots.some(({ parentId }) => parentId !== null) ? [parent] : []),
    ...(snapshots.some(({ branchedFrom }) => branchedFrom !== null) ? [source] : []),
  ];
}

export function printImageBuilt(
  name: string,
  { id, cached, physicalBytes }: ImageInfo,
  tookMs: number,
): void {
  const size = formatBytes(physicalBytes);
  printLine(
    cached
      ? `image ${name} (${id.slice(0, SHORT_ID)}, ${size} on disk) was there already`
      : `built image ${name} (${id.slice(0, SHORT_ID)}, ${size} on disk) in ${formatDuration(tookMs)}`,
  );
}

export function printSnapshotMade({ tag, memoryMib, physicalBytes, buildMs }: SnapshotInfo): void {
  const memory = formatBytes(memoryMib * 1024 * 1024);
  printLine(
    `made snapshot ${tag} (${memory} of memory, ${formatBytes(physicalBytes)} on disk) in ${formatDuration(buildMs)}`,
  );
  printNote(`  next: forkd fork --tag ${tag}`);
}

function summarise(packages: readonly string[]): string {
  const [first, second, third, ...more] = packages;
  const named = [first, second, third].filter((name) => name !== undefined).join(" ");
  return named === "" ? "-" : `${named}${more.length === 0 ? "" : ` +${more.length}`}`;
}
