import { LOCAL_USER, NEVER } from "@forkd/core";
import type { Operations } from "@forkd/core";
import { Sandbox } from "e2b";
import { signSandboxToken } from "../src/faces/e2b/sandbox-token.ts";
import { addSuspended, serveTenants } from "./tenant-fixture.ts";

/** No second try: what is answered first is looked at. */
const ONCE = { retries: 0 };

/** E2B's client, unmodified, and a daemon that has one sandbox of no machine, each of whose operations can be made to fail. */
export async function serveE2bClient() {
  await using stack = new AsyncDisposableStack();
  const served = stack.use(await serveTenants());
  const { services, tokens, port } = served;
  const { id } = addSuspended(services, {});
  const baseUrl = `http://127.0.0.1:${port}`;
  const optionsFor = (token: string) => ({
    apiKey: token.replace(/^forkd_/, "e2b_"),
    apiUrl: baseUrl,
    sandboxUrl: baseUrl,
    ...ONCE,
  });
  const options = optionsFor(tokens.everything);
  const envdAccessToken = await signSandboxToken(services, id);
  const withToken = (token: string): Sandbox =>
    new Sandbox({ sandboxId: id, envdVersion: "0.6.4", envdAccessToken: token, ...options });
  const { operations } = services;
  const info = await operations.describeSandbox(LOCAL_USER, { id }, { signal: NEVER });
  const resources = stack.move();
  return {
    baseUrl,
    services,
    id,
    options,
    optionsFor,
    sandbox: withToken(envdAccessToken),
    withToken,
    /** From now on the sandbox is told to run, and all else that is asked for fails so. */
    failWith(error: Error): void {
      const fail = (): Promise<never> => Promise.reject(error);
      const failing = Object.fromEntries(Object.keys(operations).map((name) => [name, fail]));
      const describeSandbox: Operations["describeSandbox"] = async () => ({ ...info, status: "running" });
      Object.assign(operations, failing, { describeSandbox });
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
