import { parseJsonNow } from "@forkd/core";
import { readShortFile, replaceFile } from "@forkd/posix";
import { z } from "zod";

const LIMIT_BYTES = 4 * 1024 * 1024;

export interface ListFileOptions<Item extends z.ZodType> {
  /** The field that the list is. */
  readonly name: string;
  readonly item: Item;
  /** What comes of it when the file is removed: `limit no tenant`. */
  readonly withoutIt: string;
}

/** Keeps a list in one file that nobody else can read. A damaged one is an error that names it. */
export function createListFile<Item extends z.ZodType>(
  path: string,
  { name, item, withoutIt }: ListFileOptions<Item>,
) {
  const schema = z.strictObject({ version: z.literal(1), [name]: z.array(item) });
  const damaged = (why: string): Error =>
    new Error(`${path} ${why}: put it back, or remove it to ${withoutIt}`);
  return {
    async read(): Promise<z.output<Item>[]> {
      const bytes = await readShortFile(path, LIMIT_BYTES, damaged);
      if (bytes === undefined) return [];
      try {
        return schema.parse(parseJsonNow(bytes))[name] as z.output<Item>[];
      } catch {
        throw damaged("is not valid");
      }
    },
    write: (items: readonly z.output<Item>[]): Promise<void> =>
      replaceFile(path, `${JSON.stringify({ version: 1, [name]: items })}\n`),
  };
}
