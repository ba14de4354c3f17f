export { forkForTest, sandboxFixture } from "./fork-for-test.ts";
export type { TestForkOptions } from "./fork-for-test.ts";
export { PostgresFixture } from "./postgres-fixture.ts";
export type { PostgresFixtureOptions } from "./postgres-fixture.ts";
export type { TestDatabase } from "./test-database.ts";
export type { TestContext, VitestContext } from "./test-context.ts";
