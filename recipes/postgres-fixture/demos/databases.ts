import { deepEqual } from "node:assert/strict";
import type { Forkd } from "@forkd/sdk";
import { withDatabase } from "./ask.ts";

/** Every fork is a server of its own: what one writes no other has, though all do the same. */
export async function showDatabases(forkd: Forkd, tag: string, count: number): Promise<void> {
  const startedAt = performance.now();
  await using children = await forkd.sandboxes.fork(tag, { n: count });
  const seen = await Promise.all(
    children.map((child, index) =>
      withDatabase(child, async (connection) => {
        await connection.query("CREATE TABLE orders (id serial PRIMARY KEY, what text NOT NULL)");
        await connection.query(`INSERT INTO orders (what) VALUES ('written by test ${index}')`);
        return await connection.query("SELECT * FROM orders");
      }),
    ),
  );
  deepEqual(
    seen,
    children.map((_, index) => [["1", `written by test ${index}`]]),
  );
  const ms = Math.round(performance.now() - startedAt);
  console.log(`${count} databases, each with the one row that its test inserted, in ${ms} ms`);
}
