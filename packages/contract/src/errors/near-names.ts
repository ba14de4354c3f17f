import { SANDBOX_ID_PATTERN } from "../ids.ts";

/** What a name that was not found stands for elsewhere. */
export type NameOf = "snapshot" | "image" | "sandbox";

/** A name of one kind where another was wanted: for a message, and nothing when it is none of them. */
export function describeNameOf(is: NameOf | undefined): string {
  return is === undefined ? "" : `: that is ${is === "image" ? "an image" : `a ${is}`}`;
}

/** An id says by its form what it names. */
export function kindOfId(name: string): NameOf | undefined {
  return SANDBOX_ID_PATTERN.test(name) ? "sandbox" : undefined;
}

/** `did you mean …? ` for the known name that is nearest, where one is near; else nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = findNearest(name, known);
  return near === undefined ? "" : `did you mean ${near}? `;
}

const MAX_NAME = 64;
const MAX_KNOWN = 1000;

/** The name that is at most a third of its letters, and two of them, away. */
export function findNearest(name: string, known: readonly string[]): string | undefined {
  const limit = Math.min(2, Math.floor(name.length / 3));
  if (limit < 1 || name.length > MAX_NAME) return undefined;
  const near = known
    .slice(0, MAX_KNOWN)
    .map((candidate) => ({
      candidate,
      distance: editDistance(name.toLowerCase(), candidate.toLowerCase(), limit),
    }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.candidate;
}

/** Letters that were left out, added, replaced, or swapped with their neighbour; `limit + 1` when there are more. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : Infinity;
      next[j] = Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    if (Math.min(...next) > limit) return limit + 1;
    [before, row] = [row, next];
  }
  return row[b.length] ?? limit + 1;
}
