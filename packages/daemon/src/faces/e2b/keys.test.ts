import { Sandbox as CodeInterpreter } from "@e2b/code-interpreter";
import { LOCAL_USER, NEVER } from "@forkd/core";
import { Sandbox } from "e2b";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { serveE2bClient } from "../../../test/e2b-fixture.ts";

const OPTIONS = { signal: NEVER, onProgress: () => {} };

let served: Awaited<ReturnType<typeof serveE2bClient>>;
beforeAll(async () => void (served = await serveE2bClient()));
afterAll(() => served[Symbol.asyncDispose]());

async function makeKey(name: string, scope: "read" | "use", ttlSecs: number | null = null): Promise<string> {
  const { operations } = served.services;
  const request = { name, scope, ttl_secs: ttlSecs, tenant: null };
  return (await operations.createToken(LOCAL_USER, request, OPTIONS)).token;
}

const KEYS = {
  "is not known": async () => `e2b_${"0".repeat(64)}`,
  "was revoked": async () => {
    const key = await makeKey("revoked", "use");
    await served.services.operations.revokeToken(LOCAL_USER, { name: "revoked" }, OPTIONS);
    return key;
  },
  "has expired": async () => {
    const { tokens } = served.services;
    const key = await makeKey("short", "use", 0.001);
    const record = tokens.find(key);
    await vi.waitUntil(() => record && !tokens.isGood(record), { timeout: 60_000 });
    return key;
  },
  'is for "read"': () => makeKey("reader", "read"),
} as const;

test.each(Object.entries(KEYS))("a key that %s is told as that", async (why, make) => {
  const options = served.optionsFor(await make());
  const failure: unknown = await Sandbox.create("py", options).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    name: "AuthenticationError",
    message: expect.stringContaining(why),
  });
});

test("a key that is for reading reads", async () => {
  const options = served.optionsFor(await makeKey("looker", "read"));
  expect((await Sandbox.getInfo(served.id, options)).sandboxId).toBe(served.id);
});

test.each(["", "0".repeat(64)])("who has the token %j has nothing of a sandbox", async (token) => {
  const sandbox = served.withToken(token);
  for (const ask of [
    () => sandbox.files.read("/x"),
    () => sandbox.files.write("/x", ""),
    () => sandbox.files.list("/"),
    () => sandbox.commands.run("true"),
    () => sandbox.commands.list(),
    () => sandbox.files.watchDir("/", () => {}),
  ])
    await expect(ask()).rejects.toMatchObject({ name: "AuthenticationError" });
});

test("E2B's client of the code interpreter has no class for it, and tells the status and why", async () => {
  const { id: sandboxId, options } = served;
  const sandbox = new CodeInterpreter({ sandboxId, envdVersion: "0.6.4", envdAccessToken: "0", ...options });
  await expect(sandbox.runCode("1")).rejects.toMatchObject({
    name: "SandboxError",
    message: expect.stringMatching(/^401 .*X-Access-Token is not this sandbox's/) as string,
  });
});
