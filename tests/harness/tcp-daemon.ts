import { findFreePort } from "./free-port.ts";
import { TestDaemon } from "./test-daemon.ts";

/** A daemon that listens on TCP too, for clients that know no other way. */
export interface TcpDaemon extends AsyncDisposable {
  readonly daemon: TestDaemon;
  /** Where it listens: `http://127.0.0.1:PORT`. */
  readonly baseUrl: string;
  /** May use it, and goes with it. */
  readonly token: string;
}

/** Starts one, with a token of this name. */
export async function startOnTcp(
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<TcpDaemon> {
  await using stack = new AsyncDisposableStack();
  const bind = `127.0.0.1:${await findFreePort()}`;
  const daemon = stack.use(await TestDaemon.start({ env: { ...env, FORKD_BIND: bind } }));
  const { tokens } = daemon.forkd;
  // One that a run left which was broken off.
  if ((await tokens.list()).some((token) => token.name === name)) await tokens.revoke(name);
  const { token } = await tokens.create({ name, scope: "use" });
  stack.defer(() => tokens.revoke(name));
  const cleanUp = stack.move();
  return { daemon, baseUrl: `http://${bind}`, token, [Symbol.asyncDispose]: () => cleanUp.disposeAsync() };
}
