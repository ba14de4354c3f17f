import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Sandbox, SandboxGroup } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PostgresFixture } from "@forkd/sdk/testing";
import { connectPostgres } from "../../recipes/postgres-fixture/client/connect.ts";
import { removeAllSnapshots } from "../harness/remove-snapshots.ts";
import { TEST_CACHE_DIR, TestDaemon } from "../harness/test-daemon.ts";
import { runNodeTests, runPytest, runRecipe } from "./run-recipe.ts";

const TAG = "pg";
const USER = ["-e", "PG_USER=o'clock", "-e", "PG_DATABASE=the shop"];
const LOGIN = { user: "o'clock", password: "forkd", database: "the shop" };

/** What runs when the fixture is made, by names: one of each kind. */
const FILES = {
  "10-table.sql":
    "CREATE TABLE steps (id serial PRIMARY KEY, what text, random uuid DEFAULT gen_random_uuid())",
  "20-packed.sql.gz": gzipSync("INSERT INTO steps (what) VALUES ('packed')"),
  "30-shell.sh": `psql -c "INSERT INTO steps (what) VALUES (\\$\\$shell by $PG_USER\\$\\$)"`,
};

let daemon: TestDaemon;
let children: SandboxGroup;
beforeAll(async () => {
  daemon = await TestDaemon.start({ dataDir: join(TEST_CACHE_DIR, "recipes-data") });
  await removeAllSnapshots(daemon.forkd);
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-initdb-"));
  const options = Object.entries(FILES).map(async ([name, content]) => {
    await writeFile(join(place.path, name), content);
    return ["--file", `${join(place.path, name)}:/initdb.d/${name}:0644`];
  });
  await runRecipe(
    daemon,
    "build",
    "postgres-fixture",
    "--tag",
    TAG,
    ...USER,
    ...(await Promise.all(options)).flat(),
  );
  children = await daemon.forkd.sandboxes.fork(TAG, { n: 2 });
});
afterAll(() => daemon[Symbol.asyncDispose]());

/** What a child's server answers by a port of this host. */
async function ask(child: Sandbox, sql: string, login = LOGIN) {
  await using forward = await child.forward(5432);
  await using connection = await connectPostgres({ port: forward.port, ...login });
  return await connection.query(sql);
}

/** What every child's server answers to the same. */
const askAll = (sql: string) => Promise.all(children.map((child) => ask(child, sql)));

/** Runs a line of shell in a guest as the server's user. */
async function runAsServer(child: Sandbox, line: string) {
  return await child.exec(["sh", "-c", line], { user: "postgres", timeoutSecs: 100 });
}

test("files of initdb.d ran in order, by the user and in the database that were named", async () => {
  expect(await ask(children[0]!, "SELECT what FROM steps ORDER BY id")).toEqual([
    ["packed"],
    ["shell by o'clock"],
  ]);
  const wrong = ask(children[0]!, "SELECT 1", { ...LOGIN, password: "guessed" });
  await expect(wrong).rejects.toThrow("password authentication failed");
});

test("the demo's databases are independent of each other", async () => {
  const said = await runRecipe(daemon, "run", "postgres-fixture", "--tag", TAG, ...USER, "4");
  expect(said).toMatch(/^4 databases, each with the one row that its test inserted/);
});

test("a migration is rehearsed in forks, and the version that runs today has not seen it", async () => {
  const said = await runRecipe(daemon, "run", "postgres-fixture", "--tag", TAG, ...USER, "rehearse", "2");
  expect(said).toMatch(/^one generated column: \d+ to \d+ ms in 2 forks\nboth end alike in all 4/m);
});

test("forks of a running server are whole, by its checksums and its indexes", async () => {
  await askAll(
    "INSERT INTO steps (what) SELECT repeat('x', n) FROM generate_series(1, 2000) AS n; CHECKPOINT",
  );
  for (const child of children) {
    const { exitCode, stderr } = await runAsServer(
      child,
      "pg_amcheck --all --install-missing --heapallindexed",
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  }
  const faults = await askAll("SELECT sum(checksum_failures) FROM pg_stat_database");
  expect(faults).toEqual([[["0"]], [["0"]]]);
  expect(await askAll("SHOW data_checksums")).toEqual([[["on"]], [["on"]]]);
});

test("what is random differs between siblings, and the clock is right", async () => {
  const before = Date.now();
  const [one, other] = await askAll(
    "SELECT gen_random_uuid(), random(), round(extract(epoch FROM clock_timestamp()) * 1000)",
  );
  const [row = [], otherRow = []] = [one?.[0], other?.[0]];
  expect(row[0]).not.toBe(otherRow[0]);
  expect(row[1]).not.toBe(otherRow[1]);
  for (const time of [row[2], otherRow[2]]) {
    expect(Number(time)).toBeGreaterThan(before - 1000);
    expect(Number(time)).toBeLessThan(Date.now() + 1000);
  }
});

test("nobody is connected to a fork's server but who asks", async () => {
  await using fresh = await daemon.forkd.sandboxes.fork(TAG);
  const clients = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'";
  expect(await ask(fresh[0]!, clients)).toEqual([["1"]]);
});

test("a server that is killed recovers what was committed", async () => {
  await using fresh = await daemon.forkd.sandboxes.fork(TAG);
  const child = fresh[0]!;
  await ask(child, "INSERT INTO steps (what) VALUES ('kept')");
  const data = "/var/lib/postgresql/data";
  const kill = `pid=$(head -n 1 ${data}/postmaster.pid); kill -KILL $pid; while kill -0 $pid; do sleep 0.1; done`;
  await runAsServer(child, `${kill} 2>/dev/null`);
  const start = `until pg_ctl -D ${data} -l /tmp/log -w start; do sleep 0.2; done; cat /tmp/log`;
  expect((await runAsServer(child, start)).stdout).toContain("automatic recovery in progress");
  expect(await ask(child, "SELECT what FROM steps WHERE what = 'kept'")).toEqual([["kept"]]);
});

/** A folder of migrations. */
async function writeMigrations(files: Readonly<Record<string, string>>) {
  const folder = await mkdtempDisposable(join(tmpdir(), "forkd-migrations-"));
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder.path, name), sql);
  return folder;
}

const fixtureOf = (migrations: string): PostgresFixture =>
  new PostgresFixture({ forkd: daemon.forkd, recipe: TAG, migrations, ready: 1 });

test("migrations run once for all that want them, and each test has a database of its own", async () => {
  await using folder = await writeMigrations({
    "1.sql": "CREATE TABLE shops (id int)",
    "2.sql": "INSERT INTO shops VALUES (1)",
  });
  await using one = fixtureOf(folder.path);
  await using other = fixtureOf(folder.path);
  const databases = await Promise.all([one.take(), other.take(), one.take()]);
  for (const { host, ...login } of databases) {
    await using connection = await connectPostgres({ ...login, host });
    expect(await connection.query("SELECT count(*) FROM shops")).toEqual([["1"]]);
    await connection.query("INSERT INTO shops VALUES (2)");
    await using again = await connectPostgres({ ...login, host });
    expect(await again.query("SELECT count(*) FROM shops")).toEqual([["2"]]);
  }
  expect(databases[0]?.url).toMatch(/^postgres:\/\/o'clock:forkd@127\.0\.0\.1:\d+\/the%20shop$/);
  const tags = (await daemon.forkd.snapshots.list()).map(({ tag }) => tag);
  expect(tags.filter((tag) => tag.startsWith(`${TAG}-`))).toHaveLength(1);
  for (const database of databases) await database[Symbol.asyncDispose]();
});

test("a migration that fails is told by its name, and leaves nothing", async () => {
  await using folder = await writeMigrations({ "1.sql": "SELECT 1", "2.sql": "CREATE NONSENSE" });
  await using fixture = fixtureOf(folder.path);
  await expect(fixture.take()).rejects.toThrow(/the migration 2\.sql failed: .*syntax error at or near/s);
  const sandboxes = await daemon.forkd.sandboxes.list();
  expect(sandboxes.filter(({ name }) => name?.startsWith("make-"))).toEqual([]);
});

/** A file of tests as a user writes it: one passes, one fails. */
const NODE_TESTS = `
import { after, test } from "node:test";
import { PostgresFixture } from "@forkd/sdk/testing";
const postgres = new PostgresFixture({ recipe: "${TAG}", ready: 1 });
after(() => postgres.close());
test("passes", async (t) => void (await postgres.database(t)));
test("fails", async (t) => {
  await postgres.database(t);
  throw new Error("as it should");
});
`;

test("node:test keeps the database of a test that fails, and no other", async () => {
  const before = (await daemon.forkd.sandboxes.list()).map(({ id }) => id);
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-node-test-"));
  await writeFile(join(place.path, "orders.test.mjs"), NODE_TESTS);
  const { output } = await runNodeTests(daemon, join(place.path, "orders.test.mjs"));
  const [, id = "", url] =
    /the database of "fails" is kept: forkd port forward (sb_\w+) \d+:5432, and then (postgres:\S+)/.exec(
      output,
    ) ?? [];
  expect(url).toContain("@127.0.0.1:");
  const left = (await daemon.forkd.sandboxes.list()).filter(({ info }) => info.status === "running");
  expect(left.map((sandbox) => sandbox.id).filter((one) => !before.includes(one))).toEqual([id]);
  await daemon.forkd.sandboxes.kill(id);
});

/** A file of tests for pytest. The server refuses TLS by one letter, which shows that it is one of PostgreSQL. */
const PYTESTS = `
import socket
from urllib.parse import urlsplit

def ask(address):
    with socket.create_connection(address) as connection:
        connection.sendall(bytes([0, 0, 0, 8, 4, 210, 22, 47]))
        return connection.recv(1)

def test_has_a_database(forkd_postgres):
    url = urlsplit(forkd_postgres.url)
    assert (url.username, url.path) == ("o%27clock", "/the%20shop")
    assert ask((url.hostname, url.port)) == b"N"
    counted = forkd_postgres.sandbox.exec(["sh", "-c", 'psql -tA -U "$PG_USER" -d "$PG_DATABASE" -c "TABLE shops"'])
    assert counted.stdout == "1\\n"

def test_has_another(forkd_postgres):
    assert False, f"at {forkd_postgres.url}"
`;

test("pytest gives each test a database with the schema, and keeps that of one that fails", async () => {
  const before = (await daemon.forkd.sandboxes.list()).map(({ id }) => id);
  await using place = await writeMigrations({
    "1.sql": "CREATE TABLE shops (id int)",
    "2.sql": "INSERT INTO shops VALUES (1)",
  });
  await writeFile(join(place.path, "test_shop.py"), PYTESTS);
  const settings = `[pytest]\nforkd_postgres_recipe = ${TAG}\nforkd_postgres_migrations = .\n`;
  await writeFile(join(place.path, "pytest.ini"), settings);
  const { output } = await runPytest(daemon, place.path);
  expect(output).toMatch(/^1 failed, 1 passed in /m);
  const [, id = output] = /the sandbox is kept for 3600 s\nforkd shell (sb_\w+)\n/.exec(output) ?? [];
  const left = (await daemon.forkd.sandboxes.list()).filter(({ info }) => info.status === "running");
  expect(left.map((sandbox) => sandbox.id).filter((one) => !before.includes(one))).toEqual([id]);
  await daemon.forkd.sandboxes.kill(id);
});
