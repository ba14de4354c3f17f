import type { Job } from "@forkd/sdk";
import { printLine, printNote } from "./print.ts";
import { describeProgress } from "./progress.ts";
import { styleFor } from "./style.ts";
import { printTable } from "./table.ts";
import { clipLine, toSafeText } from "./text.ts";
import { formatDuration, formatRelative } from "./units.ts";

/** The verbs that people know the daemon's operations by. */
const KINDS: Readonly<Record<string, string>> = {
  buildImage: "image build",
  createSnapshot: "snapshot",
  compactSnapshot: "snapshot-compact",
  createSandboxes: "fork",
  forkSandbox: "fork --from",
  createGroup: "fork --group",
  branchSandbox: "branch",
  packSnapshot: "pack",
  pushSnapshot: "push",
  pullSnapshot: "pull",
};
const ERROR_WIDTH = 100;

const COLOURS = { running: "yellow", done: "green", failed: "red", cancelled: "dim" } as const;

export function printJobs(jobs: readonly Job[]): void {
  if (jobs.length === 0) {
    printNote("no jobs: nothing is under way, and nothing ended in the last ten minutes");
    return;
  }
  printTable(jobs, [
    { head: "JOB", cell: ({ id }) => id },
    { head: "KIND", cell: describeKind },
    { head: "OF", cell: ({ subject }) => subject },
    { head: "STATUS", cell: ({ status }) => status, paint: ({ status }) => COLOURS[status] },
    { head: "STARTED", cell: ({ startedAtUnix }) => formatRelative(startedAtUnix) },
    { head: "TOOK", cell: describeTime, align: "right" },
    { head: "PROGRESS", cell: describeState },
  ]);
}

/** A job as one line, for a log of them. */
export function printJob(job: Job): void {
  const { id, subject, status } = job;
  const state = describeState(job);
  const words = [id, describeKind(job), subject, styleFor(process.stdout)(COLOURS[status], status), state];
  printLine(
    words
      .map((word, i) => (i === 3 ? word : toOneLine(word)))
      .join("  ")
      .trimEnd(),
  );
}

/** `image build py, snapshot web`: those of them that run. */
export function nameRunning(jobs: readonly Job[]): string {
  const running = jobs.filter(({ status }) => status === "running");
  return running.map((job) => toOneLine(`${describeKind(job)} ${job.subject}`)).join(", ");
}

function describeKind({ kind }: Job): string {
  return Object.hasOwn(KINDS, kind) ? (KINDS[kind] ?? kind) : kind;
}

function describeTime({ startedAtUnix, endedAtUnix }: Job): string {
  if (endedAtUnix === null) return "-";
  const seconds = endedAtUnix - startedAtUnix;
  if (seconds < 60) return seconds < 1 ? "< 1 s" : `${seconds} s`;
  return formatDuration(seconds * 1000);
}

function describeState({ progress, error, status }: Job): string {
  if (error !== null) return clipLine(error.error, ERROR_WIDTH);
  return progress === null || status !== "running" ? "" : describeProgress(progress);
}

function toOneLine(text: string): string {
  return toSafeText(text).replaceAll(/\s+/g, " ");
}
