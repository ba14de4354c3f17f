import type { PortForward } from "../ports/port-forward.ts";
import type { Sandbox } from "../sandbox.ts";
import type { Hold } from "./sandbox-hold.ts";

const PORT = 5432;

/** Who a database's user is, and what it is called. */
export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A PostgreSQL server of one test. Disposal ends it, unless it is to be kept. */
export interface TestDatabase extends Login, AsyncDisposable {
  /** `postgres://USER:PASSWORD@127.0.0.1:PORT/DATABASE` */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** The machine that it runs in. */
  readonly sandbox: Sandbox;
  /** Leaves its machine when it is disposed of, and gives the words that tell how to reach it then. */
  keep(): Promise<string>;
}

/** Makes a port of this host of a sandbox's server, and lets go of the sandbox at its disposal. */
export async function openDatabase({ sandbox, release }: Hold, login: Login): Promise<TestDatabase> {
  const forward = await sandbox.forward(PORT);
  const url = describeUrl(forward, login);
  let isKept = false;
  return {
    ...login,
    url,
    host: forward.host,
    port: forward.port,
    sandbox,
    async keep() {
      isKept = true;
      await release();
      await sandbox.setTimeout(null);
      return `forkd port forward ${sandbox.id} ${forward.port}:${PORT}, and then ${url}`;
    },
    async [Symbol.asyncDispose]() {
      await release();
      await forward[Symbol.asyncDispose]();
      if (!isKept) await sandbox.kill();
    },
  };
}

function describeUrl({ address }: PortForward, { user, password, database }: Login): string {
  const [who, secret, name] = [user, password, database].map(encodeURIComponent);
  return `postgres://${who}:${secret}@${address}/${name}`;
}

/** The login that the fixture was made with, as its machine knows it. */
export async function readLogin(sandbox: Sandbox): Promise<Login> {
  const script = 'printf "%s\\n" "$PG_USER" "$PG_PASSWORD" "$PG_DATABASE"';
  const { stdout } = await sandbox.exec(["sh", "-c", script]);
  const [user = "", password = "", database = ""] = stdout.split("\n");
  if (user === "")
    throw new Error(`${sandbox.info.snapshotTag} is no PostgreSQL fixture: it names no PG_USER`);
  return { user, password, database };
}
