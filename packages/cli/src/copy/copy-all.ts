import type { ProgressOptions } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { writeRaw } from "../output/print.ts";
import { formatBytes } from "../output/units.ts";
import type { Session } from "../session.ts";
import { openGuestDestination } from "./guest-destination.ts";
import { openHostDestination } from "./host-destination.ts";
import { parsePlace } from "./place.ts";
import type { Place } from "./place.ts";
import { openGuestSource, openHostSource, openInput } from "./sources.ts";
import type { Destination, Source } from "./endpoints.ts";

/** One source that was copied. */
export interface Copied {
  readonly source: string;
  readonly destination: string;
  readonly kind: Source["kind"];
  /** What went over the wire: of a directory with the archive's own bytes. */
  readonly bytes: number;
}

/** What a command line asks to copy. */
export interface CopyOrder {
  readonly sources: readonly Place[];
  readonly destination: Place;
}

type FindSandbox = Session["find"];

/** Reads the arguments of a copy; the last is where to. Throws when none is in a sandbox. */
export function parseCopy(paths: readonly string[], hint: (paths: readonly string[]) => string): CopyOrder {
  const places = paths.map(parsePlace);
  const [destination, ...sources] = places.toReversed();
  if (destination === undefined || sources.length === 0)
    throw usageError("copy what, and where to?", hint(paths));
  if (![destination, ...sources].some(({ kind }) => kind === "guest")) {
    throw usageError("neither side is in a sandbox", hint(paths));
  }
  if (sources.filter(({ kind }) => kind === "stream").length > 1) {
    throw usageError("standard input can be read once", "name - once");
  }
  return { sources: sources.toReversed(), destination };
}

/** Copies each source, and tells of each as soon as it is there. */
export async function* copyAll(
  { sources, destination }: CopyOrder,
  { signal, track, find }: Session,
): AsyncGenerator<Copied> {
  const opened = await Promise.all(sources.map((place) => openSource(place, find, signal)));
  const target = await openDestination(destination, find, { sources: sources.length, signal });
  for (const source of opened) yield await track((call) => copyOne(source, target, call));
}

async function copyOne(
  source: Source,
  target: Destination,
  { signal, onProgress }: ProgressOptions,
): Promise<Copied> {
  // Where one side fails, the other is not left behind.
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  let bytes = 0;
  const content = (async function* count(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source.open(either)) {
      bytes += chunk.length;
      const share = source.sizeBytes === undefined ? {} : { done: bytes, total: source.sizeBytes };
      onProgress?.({
        type: "progress",
        step: "copy",
        message: `${source.text}: ${formatBytes(bytes)}`,
        ...share,
      });
      yield chunk;
    }
  })();
  try {
    const destination = await target.write(source, content, either);
    return { source: source.text, destination, kind: source.kind, bytes };
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    stop.abort();
  }
}

async function openSource(place: Place, find: FindSandbox, signal: AbortSignal): Promise<Source> {
  switch (place.kind) {
    case "host":
      return await openHostSource(place.path);
    case "guest":
      return await openGuestSource(await find(place.id), place.path, signal);
    case "stream":
      return openInput();
  }
}

async function openDestination(
  place: Place,
  find: FindSandbox,
  { sources, signal }: { sources: number; signal: AbortSignal },
): Promise<Destination> {
  switch (place.kind) {
    case "host":
      return await openHostDestination(place.path, sources);
    case "guest":
      return await openGuestDestination(await find(place.id), place.path, sources, signal);
    case "stream":
      return OUTPUT;
  }
}

/** Standard output: the bytes of files, one after the other. */
const OUTPUT: Destination = {
  async write(source, content) {
    if (source.kind === "directory") {
      throw usageError(
        `${source.text} is a directory, and - is one file`,
        "an archive of it: forkd exec ID -- tar -C DIR -cf - .",
      );
    }
    for await (const chunk of content) await writeRaw("stdout", chunk);
    return "-";
  },
};
