import type { Sandbox } from "@forkd/sdk";
import { connectPostgres } from "../client/connect.ts";
import type { Connection } from "../client/connect.ts";

const {
  PG_USER: user = "forkd",
  PG_PASSWORD: password = "forkd",
  PG_DATABASE: database = "forkd_test",
} = process.env;

/** Works on a child's server, through a port of this host. */
export async function withDatabase<Result>(
  child: Sandbox,
  work: (connection: Connection) => Promise<Result>,
) {
  await using forward = await child.forward(5432);
  await using connection = await connectPostgres({ port: forward.port, user, password, database });
  return await work(connection);
}
