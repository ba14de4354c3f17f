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
      "--filter <field=value>",
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
        const { snapshots, filter, sort, format, quiet, watch, json } = options;
        if (watch) return watchAll(session);
        const isOneList = [filter, sort, format, quiet].some((option) => option !== undefined);
        if (snapshots) return printList(SNAPSHOTS, session, options);
        if (isOneList) return printList(IMAGES, session, options);
        const all = await listAll(session);
        if (json) return printJson(toWire(all));
        printImages(all.images);
        if (all.images.length > 0 && all.snapshots.length > 0) printLine("");
        return printSnapshots(all.snapshots);
      }),
    );
}

/** One of the two tables. */
interface List<Row extends object> {
  readonly ask: (session: Session) => Promise<readonly Row[]>;
  readonly print: (rows: readonly Row[]) => void;
  readonly nameOf: (row: Row) => string;
}
const IMAGES: List<ImageInfo> = {
  ask: ({ forkd, signal }) => forkd.images.list({ signal }),
  print: printImages,
  nameOf: ({ id }) => id,
};
const SNAPSHOTS: List<SnapshotInfo> = {
  ask: ({ forkd, signal }) => forkd.snapshots.list({ signal }),
  print: printSnapshots,
  nameOf: ({ tag }) => tag,
};

interface ListOptions {
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly filter?: RowFilter | undefined;
  readonly sort?: string | undefined;
  readonly format?: Template | undefined;
}

async function printList<Row extends object>(
  { ask, print, nameOf }: List<Row>,
  session: Session,
  { json, quiet, filter, sort, format }: ListOptions,
): Promise<void> {
  const rows = sortRows(filterRows(await ask(session), filter), sort);
  if (json) printJson(toWire(rows));
  else if (format) printFormatted(rows.map(toWire), format);
  else if (quiet) rows.map(nameOf).forEach(printLine);
  else print(rows);
}

async function listAll(session: Session) {
  const [images, snapshots] = await Promise.all([IMAGES.ask(session), SNAPSHOTS.ask(session)]);
  return { images, snapshots };
}

function watchAll(session: Session): Promise<void> {
  const render = async (): Promise<string[]> => {
    const { images, snapshots } = await listAll(session);
    return [...renderImages(images), "", ...renderSnapshots(snapshots)];
  };
  return showLive(render, { intervalMs: WATCH_INTERVAL_MS, signal: session.signal });
}
