import { Forkd } from "../forkd.ts";
import type { Sandbox } from "../sandbox.ts";
import { ensureBase } from "./base-snapshot.ts";
import { ensureMigrated } from "./migrated-snapshot.ts";
import { readMigrations } from "./migrations.ts";
import { openHold } from "./sandbox-hold.ts";
import { SandboxPool } from "./sandbox-pool.ts";
import { onTestEnd } from "./test-context.ts";
import type { TestContext } from "./test-context.ts";
import { openDatabase, readLogin } from "./test-database.ts";
import type { Login, TestDatabase } from "./test-database.ts";

export interface PostgresFixtureOptions {
  /** A folder whose `.sql` files make the schema, in the order of their names. Default: none, the database is empty. */
  readonly migrations?: string | undefined;
  /** The recipe whose snapshot they are run in. Default: `postgres-fixture`. */
  readonly recipe?: string | undefined;
  /** How many databases are forked ahead of who wants them. Default: 2. */
  readonly ready?: number | undefined;
  /** Default: one of its own, for the daemon that the environment names. */
  readonly forkd?: Forkd | undefined;
}

/** A machine that its process has forgotten ends by itself. */
const TTL_SECS = 3600;

/**
 * Databases for tests: each is a fork of a PostgreSQL server in which the migrations have run once. The snapshot of that
 * is found by a digest of theirs, and made when it is missing.
 *
 * @example
 * const postgres = new PostgresFixture({ migrations: "db/migrations" });
 * after(() => postgres.close());
 *
 * test("an order is kept", async (t) => {
 *   const { url } = await postgres.database(t);
 * });
 */
export class PostgresFixture implements AsyncDisposable {
  readonly #options: PostgresFixtureOptions;
  readonly #forkd: Forkd;
  readonly #pool: SandboxPool;
  readonly #closing = new AbortController();
  #tag: Promise<string> | undefined;
  #login: Promise<Login> | undefined;

  constructor(options: PostgresFixtureOptions = {}) {
    this.#options = options;
    this.#forkd = options.forkd ?? new Forkd();
    this.#pool = new SandboxPool(options.ready ?? 2, () => this.#fork());
  }

  /**
   * A database for one test of Vitest or `node:test`, which ends with it. That of a test that fails is kept, and stderr
   * tells how to reach it.
   */
  async database(context: TestContext): Promise<TestDatabase> {
    const database = await this.take();
    onTestEnd(context, async ({ name, failed }) => {
      if (failed) process.stderr.write(`the database of "${name}" is kept: ${await database.keep()}\n`);
      await database[Symbol.asyncDispose]();
    });
    return database;
  }

  /** A database that is the caller's until its disposal. */
  async take(): Promise<TestDatabase> {
    const hold = await openHold(() => this.#pool.take(), TTL_SECS);
    try {
      return await openDatabase(hold, await this.#learnLogin(hold.sandbox));
    } catch (error) {
      await hold.release();
      await hold.sandbox.kill();
      throw error;
    }
  }

  /** Ends the databases that were forked ahead, and gives up what is being made. */
  async close(): Promise<void> {
    this.#closing.abort(new Error("the fixture is closed"));
    await this.#pool[Symbol.asyncDispose]();
    if (this.#options.forkd === undefined) await this.#forkd[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** It is the same in all of them. Who failed to read it leaves that to the next. */
  async #learnLogin(sandbox: Sandbox): Promise<Login> {
    const login = (this.#login ??= readLogin(sandbox));
    try {
      return await login;
    } catch (error) {
      if (this.#login === login) this.#login = undefined;
      throw error;
    }
  }

  async #fork(): Promise<Sandbox> {
    this.#tag ??= this.#prepare();
    const [sandbox] = await this.#forkd.sandboxes.fork(await this.#tag, { ttlSecs: TTL_SECS });
    if (!sandbox) throw new Error("the daemon forked nothing");
    return sandbox;
  }

  async #prepare(): Promise<string> {
    const { migrations: folder, recipe = "postgres-fixture" } = this.#options;
    const migrations = folder === undefined ? [] : await readMigrations(folder);
    const options = { signal: this.#closing.signal };
    const base = await ensureBase(this.#forkd, recipe, options);
    return await ensureMigrated(this.#forkd, { base, migrations }, options);
  }
}
