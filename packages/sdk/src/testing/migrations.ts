import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A file of SQL. */
export interface Migration {
  readonly name: string;
  readonly sql: Uint8Array;
}

/** The `.sql` files of a folder, in the order of their names. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).toSorted();
  return await Promise.all(names.map(async (name) => ({ name, sql: await readFile(join(folder, name)) })));
}

/** The same for the same files on the same snapshot, whenever and wherever. */
export function digestMigrations(snapshotId: string, migrations: readonly Migration[]): string {
  const hash = createHash("sha256").update(snapshotId);
  for (const { name, sql } of migrations) hash.update(`\0${name}\0${sql.byteLength}\0`).update(sql);
  return hash.digest("hex").slice(0, 16);
}
