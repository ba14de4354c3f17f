import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { digestMigrations, readMigrations } from "./migrations.ts";

const migration = (name: string, text: string) => ({ name, sql: Buffer.from(text) });

test("files of SQL are read in the order of their names, and others are not", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "forkd-migrations-"));
  for (const name of ["2.sql", "10.sql", "README.md", "1.sql"])
    await writeFile(join(folder.path, name), name);
  expect((await readMigrations(folder.path)).map(({ name }) => name)).toEqual(["1.sql", "10.sql", "2.sql"]);
});

test("a digest tells files, names, contents, their order and the snapshot apart", () => {
  const [one, two] = [migration("a.sql", "1"), migration("b.sql", "2")];
  const digests = [
    digestMigrations("sn_1", [one, two]),
    digestMigrations("sn_2", [one, two]),
    digestMigrations("sn_1", [two, one]),
    digestMigrations("sn_1", [one]),
    digestMigrations("sn_1", [migration("a.sql", "12"), migration("b.sql", "")]),
    digestMigrations("sn_1", [migration("c.sql", "1"), two]),
  ];
  expect(new Set(digests).size).toBe(digests.length);
  expect(digestMigrations("sn_1", [one, two])).toBe(digests[0]);
});
