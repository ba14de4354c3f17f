import { deepEqual } from "node:assert/strict";
import { Forkd } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { connectPostgres } from "./client/connect.ts";

// Every fork is a server of its own: what one writes no other has, though all do the same.
const {
  FORKD_RECIPE_TAG: tag = "postgres-fixture",
  PG_USER: user = "forkd",
  PG_PASSWORD: password = "forkd",
  PG_DATABASE: database = "forkd_test",
} = process.env;
const given = process.argv.slice(2).map(Number);
await using forkd = new Forkd();
for (const count of given.length > 0 ? given : [10, 100]) await showThatEachIsItsOwn(count);

async function showThatEachIsItsOwn(count: number): Promise<void> {
  const startedAt = performance.now();
  await using children = await forkd.sandboxes.fork(tag, { n: count });
  const seen = await Promise.all(children.map(useDatabase));
  deepEqual(
    seen,
    children.map((_, index) => [["1", `written by test ${index}`]]),
  );
  const ms = Math.round(performance.now() - startedAt);
  console.log(`${count} databases, each with the one row that its test inserted, in ${ms} ms`);
}

/** Creates, inserts and selects, through a port of this host. */
async function useDatabase(child: Sandbox, index: number) {
  await using forward = await child.forward(5432);
  await using connection = await connectPostgres({ port: forward.port, user, password, database });
  await connection.query("CREATE TABLE orders (id serial PRIMARY KEY, what text NOT NULL)");
  await connection.query(`INSERT INTO orders (what) VALUES ('written by test ${index}')`);
  return await connection.query("SELECT * FROM orders");
}
