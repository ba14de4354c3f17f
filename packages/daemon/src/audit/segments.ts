import { join } from "node:path";
import { listDirectory } from "@forkd/posix";

const NAME = /^(\d{12})\.jsonl$/;

/** One file of the audit, which is named after the place of its first line. */
export interface Segment {
  readonly name: string;
  readonly path: string;
  readonly firstSeq: number;
}

export function segmentOf(directory: string, firstSeq: number): Segment {
  const name = `${String(firstSeq).padStart(12, "0")}.jsonl`;
  return { name, path: join(directory, name), firstSeq };
}

/** In the order in which they were written. */
export async function listSegments(directory: string): Promise<Segment[]> {
  const firsts = (await listDirectory(directory)).map((name) => NAME.exec(name)?.[1]);
  return firsts.filter((first) => first !== undefined).map((first) => segmentOf(directory, Number(first)));
}
