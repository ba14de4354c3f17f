import { deepEqual, equal } from "node:assert/strict";
import type { Forkd, Sandbox } from "@forkd/sdk";
import { withDatabase } from "./ask.ts";

const ORDERS = 5000;
/** The version that runs today, with what has come together in it. */
const TODAY = [
  "CREATE TABLE orders (id serial PRIMARY KEY, price numeric NOT NULL)",
  `INSERT INTO orders (price) SELECT n * 0.25 FROM generate_series(1, ${ORDERS}) AS n`,
];
/** The same end by two ways: which is the better one? */
const CANDIDATES: Readonly<Record<string, readonly string[]>> = {
  "add, fill, constrain": [
    "ALTER TABLE orders ADD COLUMN cents bigint",
    "UPDATE orders SET cents = price * 100",
    "ALTER TABLE orders ALTER COLUMN cents SET NOT NULL",
  ],
  "one generated column": [
    "ALTER TABLE orders ADD COLUMN cents bigint NOT NULL GENERATED ALWAYS AS ((price * 100)::bigint) STORED",
  ],
};
const OUTCOME =
  "SELECT count(*), sum(cents), md5(string_agg(id || ':' || cents, ',' ORDER BY id)) FROM orders";

/** Rehearses candidates of a migration, each in so many forks of the version that runs today, and compares them. */
export async function rehearseMigration(forkd: Forkd, tag: string, count: number): Promise<void> {
  await using sources = await forkd.sandboxes.fork(tag);
  const [today] = sources;
  if (!today) throw new Error("the fork gave no child");
  await apply(today, TODAY);
  const outcomes: unknown[] = [];
  for (const [name, statements] of Object.entries(CANDIDATES)) {
    await using forks = await today.fork({ n: count });
    const took = await Promise.all(forks.map((fork) => apply(fork, statements)));
    outcomes.push(
      ...(await Promise.all(
        forks.map((fork) => withDatabase(fork, (connection) => connection.query(OUTCOME))),
      )),
    );
    console.log(`${name}: ${Math.min(...took)} to ${Math.max(...took)} ms in ${count} forks`);
  }
  equal(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size, 1);
  console.log(`both end alike in all ${outcomes.length}, and today's version has seen neither`);
  const columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'orders' ORDER BY 1";
  deepEqual(await withDatabase(today, (connection) => connection.query(columns)), [["id"], ["price"]]);
}

/** Gives how long it took, in ms. */
async function apply(child: Sandbox, statements: readonly string[]): Promise<number> {
  return await withDatabase(child, async (connection) => {
    const startedAt = performance.now();
    for (const statement of statements) await connection.query(statement);
    return Math.round(performance.now() - startedAt);
  });
}
