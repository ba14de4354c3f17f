import { toWire } from "@forkd/sdk";
import type { ImageInfo, SnapshotInfo } from "@forkd/sdk";
import { WATCH_INTERVAL_MS, formatOption, sortOption, watchOption } from "../options/listing.ts";
import { printFormatted } from "../output/formatted.ts";
import { printImages, printSnapshots, renderImages, renderSnapshots } from "../output/images.ts";
import { showLive } from "../output/live.ts";
import { printJson, printLine } from "../output/print.ts";
import { filterRows, parseRowFilter } from "../parse/row-filter.ts";
import type { RowFilter } from "../parse/row-filter.ts";
import { sortRows } from "../parse/sort-rows.ts";
import type { Template } from "../parse/template.ts";
import { lookAtDaemon } from "../session.ts";
import type { Session } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("images")
    .description(
      "List root images and, in a second table, the snapshots that were made of them. With --filter, --sort, --format or " +
        "--quiet, images alone, or with --snapshots these.",
    )
    .option("--snapshots", "only the snapshots")
    .option(
      "-f, --filter <field=value>",
      "only those with this value of a field; more than once: all of them",
      parseRowFilter,
    )
    .addOption(sortOption())
    .addOption(formatOption())
    .option("-q, --quiet", "print only the ids of images, or the tags of snapshots")
    .addOption(watchOption())
    .addHelpText(
      "after",
      example(
        "forkd images",
        "forkd images --snapshots --json",
        "forkd images --snapshots --filter status=ready --sort -created_at_unix -q",
      ),
    )
    .action((options) =>
      lookAtDaemon(options, async (session) => {
        const { snapshots, filter, sort, format, quiet, watch } = options;
        const isOneList = [filter, sort, format, quiet].some((option) => option !== undefined);
        const list = snapshots ? listSnapshots : isOneList ? listImages : undefined;
        if (watch) return watchLists(list ? [list] : [listImages, listSnapshots], session, options);
        return list ? printList(list, session, options) : printBoth(session, options);
      }),
    );
}

interface ListOptions {
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly filter?: RowFilter | undefined;
  readonly sort?: string | undefined;
  readonly format?: Template | undefined;
}

/** The rows of a table that were asked for. */
interface Rows {
  readonly wire: object[];
  readonly names: string[];
  render(): string[];
  print(): void;
}
type List = (session: Session, options: ListOptions) => Promise<Rows>;

interface Table<Row extends object> {
  readonly ask: (session: Session) => Promise<readonly Row[]>;
  readonly render: (rows: readonly Row[]) => string[];
  readonly print: (rows: readonly Row[]) => void;
  readonly nameOf: (row: Row) => string;
}

function listOf<Row extends object>({ ask, render, print, nameOf }: Table<Row>): List {
  return async (session, { filter, sort }) => {
    const rows = sortRows(filterRows(await ask(session), filter), sort);
    return {
      wire: rows.map(toWire),
      names: rows.map(nameOf),
      render: () => render(rows),
      print: () => print(rows),
    };
  };
}
const listImages = listOf<ImageInfo>({
  ask: ({ forkd, signal }) => forkd.images.list({ signal }),
  render: renderImages,
  print: printImages,
  nameOf: ({ id }) => id,
});
const listSnapshots = listOf<SnapshotInfo>({
  ask: ({ forkd, signal }) => forkd.snapshots.list({ signal }),
  render: renderSnapshots,
  print: printSnapshots,
  nameOf: ({ tag }) => tag,
});

async function printList(list: List, session: Session, options: ListOptions): Promise<void> {
  const { json, quiet, format } = options;
  const rows = await list(session, options);
  if (json) printJson(rows.wire);
  else if (format) printFormatted(rows.wire, format);
  else if (quiet) rows.names.forEach(printLine);
  else rows.print();
}

async function printBoth(session: Session, { json }: ListOptions): Promise<void> {
  const [images, snapshots] = await Promise.all([listImages(session, {}), listSnapshots(session, {})]);
  if (json) return printJson({ images: images.wire, snapshots: snapshots.wire });
  images.print();
  if (images.wire.length > 0 && snapshots.wire.length > 0) printLine("");
  return snapshots.print();
}

function watchLists(lists: readonly List[], session: Session, options: ListOptions): Promise<void> {
  const render = async (): Promise<string[]> => {
    const all = await Promise.all(lists.map((list) => list(session, options)));
    return all.flatMap((rows, index) => [...(index > 0 ? [""] : []), ...rows.render()]);
  };
  return showLive(render, { intervalMs: WATCH_INTERVAL_MS, signal: session.signal });
}
