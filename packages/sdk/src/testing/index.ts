export { PostgresFixture } from "./postgres-fixture.ts";
export type { PostgresFixtureOptions } from "./postgres-fixture.ts";
export type { TestDatabase } from "./test-database.ts";
export type { TestContext } from "./test-context.ts";
