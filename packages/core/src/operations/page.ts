import { ForkdError } from "@forkd/contract";

/** Which part of a list is wanted; all of it, unless told. */
export interface PageOrder {
  /** How many at most. */
  readonly limit?: number | undefined;
  /** What the page before gave: only what comes behind it. */
  readonly cursor?: string | undefined;
}

/** A part of a list, and where the next begins; null: there is none. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** What a list is in the order of. It is an item's own and stays, so that what comes and goes between pages shifts no other. */
type Key = readonly (string | number)[];

/** The part of a list that is wanted. Throws `invalid_request` for a cursor that is not of such a list. */
export function pageOf<Item>(
  items: readonly Item[],
  { limit, cursor }: PageOrder,
  keyOf: (item: Item) => Key,
): Page<Item> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  const rows = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || compare(key, after) > 0)
    .toSorted((a, b) => compare(a.key, b.key));
  const wanted = rows.slice(0, limit);
  const last = wanted.at(-1);
  return {
    items: wanted.map(({ item }) => item),
    nextCursor: last !== undefined && wanted.length < rows.length ? encodeCursor(last.key) : null,
  };
}

function compare(a: Key, b: Key): number {
  if (a.length !== b.length) throw notOurs();
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (typeof left !== typeof right) throw notOurs();
    if (left !== right) return left < right! ? -1 : 1;
  }
  return 0;
}

function encodeCursor(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

function decodeCursor(cursor: string): Key {
  try {
    const key = JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown;
    if (Array.isArray(key) && key.every((part) => ["string", "number"].includes(typeof part)))
      return key as Key;
  } catch {
    // Told below, as all that we did not give.
  }
  throw notOurs();
}

function notOurs(): ForkdError {
  const message = "must be the x-next-cursor of an answer for this list";
  return new ForkdError("invalid_request", { issues: [{ path: "cursor", message }] });
}
