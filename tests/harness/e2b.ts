import { TestDaemon } from "./test-daemon.ts";
import { findFreePort } from "./free-port.ts";

/** A daemon that E2B's clients are pointed at, by options that each of their calls takes. */
export interface E2bDaemon extends AsyncDisposable {
  readonly daemon: TestDaemon;
  /** Where it listens: `http://127.0.0.1:PORT`. */
  readonly baseUrl: string;
  readonly options: { readonly apiKey: string; readonly apiUrl: string; readonly sandboxUrl: string };
}

/** Starts one, with a key of its own that goes with it. */
export async function startForE2b(name: string): Promise<E2bDaemon> {
  await using stack = new AsyncDisposableStack();
  const bind = `127.0.0.1:${await findFreePort()}`;
  const daemon = stack.use(await TestDaemon.start({ env: { FORKD_BIND: bind } }));
  const { tokens } = daemon.forkd;
  // One that a run left which was broken off.
  if ((await tokens.list()).some((token) => token.name === name)) await tokens.revoke(name);
  const { token } = await tokens.create({ name, scope: "use" });
  stack.defer(() => tokens.revoke(name));
  const baseUrl = `http://${bind}`;
  const apiKey = token.replace(/^forkd_/, "e2b_");
  const options = { apiKey, apiUrl: baseUrl, sandboxUrl: baseUrl };
  const cleanUp = stack.move();
  return { daemon, baseUrl, options, [Symbol.asyncDispose]: () => cleanUp.disposeAsync() };
}
