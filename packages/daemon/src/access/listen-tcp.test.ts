import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable, readFile, rename, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as tlsRequest } from "node:https";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duplexPair } from "node:stream";
import { text } from "node:stream/consumers";
import type { TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { LOCAL_USER, NEVER, TokenBook } from "@forkd/core";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import { createGateway } from "../faces/gateway/gateway.ts";
import type { AnsweredRequest } from "../http/requests/watch-answer.ts";
import { Access } from "./access.ts";
import { listenTcp } from "./listen-tcp.ts";
import type { TlsPaths } from "./tls-files.ts";

const OPTIONS = { signal: NEVER };
const LOOPBACK = { host: "127.0.0.1", port: 0 };
const FIXED = "a token of sixteen or more".replaceAll(" ", "-");

const exec = promisify(execFile);

/** A server by TCP that answers in two halves, the second when told to, and its tokens. */
async function serve(tls?: TlsPaths) {
  const tokens = await TokenBook.open({ read: async () => [], write: async () => {} });
  const access = new Access({ tokens, fixed: FIXED, domain: "localhost" });
  const answered: AnsweredRequest[] = [];
  const goOn = Promise.withResolvers<void>();
  const log = pino({ level: "silent" });
  const server = await listenTcp(
    { bind: LOOPBACK, tls, access, log },
    {
      handle: (_request, response) => {
        response.write("begun ");
        void goOn.promise.then(() => response.end("ended"));
      },
      watch: (request) => void answered.push(request),
      gateway: createGateway(
        { connectToPort: async () => duplexPair()[0] },
        { domain: "localhost", innerPorts: new Map(), log, admit: async () => LOCAL_USER },
      ),
    },
    { tokensMs: 20, certificateMs: 20 },
  );
  return {
    answered,
    tokens,
    goOn,
    port: server.port,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function answerTo(outgoing: ReturnType<typeof httpRequest>): Promise<IncomingMessage> {
  const [answer] = (await once(outgoing.end(), "response")) as [IncomingMessage];
  return answer;
}

const ask = (port: number, headers: Record<string, string>): Promise<IncomingMessage> =>
  answerTo(httpRequest({ ...LOOPBACK, port, headers, agent: false }));

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test("whoever has a good token is served, by what header it comes", async () => {
  await using server = await serve();
  const { secret } = await server.tokens.create(
    { name: "ci", scope: "use", ttl_secs: null, tenant: null },
    OPTIONS,
  );
  server.goOn.resolve();
  for (const headers of [
    bearer(secret),
    { authorization: `bearer   ${secret} ` },
    { "x-forkd-token": secret },
    bearer(FIXED),
  ])
    expect(await text(await ask(server.port, headers))).toBe("begun ended");
});

test.each([
  ["nobody knows", bearer("forkd_0123456789012345678901234567890123456789"), "is not known, or was revoked"],
  ["is empty", { "x-forkd-token": "" }, "is not known, or was revoked"],
  ["is of another kind", { authorization: "Basic Zm9yazpk" }, "is not 'Bearer TOKEN'"],
  ["is two", { authorization: `Bearer ${FIXED} ${FIXED}` }, "is not 'Bearer TOKEN'"],
])("a token that %s is refused", async (_, headers, why) => {
  await using server = await serve();
  const answer = await ask(server.port, headers);
  expect(answer.statusCode).toBe(401);
  expect(answer.headers["www-authenticate"]).toBe("Bearer");
  expect(JSON.parse(await text(answer))).toMatchObject({
    code: "unauthenticated",
    error: expect.stringContaining(why) as string,
  });
});

test("a token that has expired is refused, and ends what goes on with it", async () => {
  await using server = await serve();
  const { secret } = await server.tokens.create(
    { name: "ci", scope: "use", ttl_secs: 3600, tenant: null },
    OPTIONS,
  );
  const running = await ask(server.port, bearer(secret));
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_601_000 });
  try {
    await expect(text(running)).rejects.toThrow("aborted");
    const answer = await ask(server.port, bearer(secret));
    expect(JSON.parse(await text(answer))).toMatchObject({
      error: expect.stringContaining("has expired") as string,
    });
  } finally {
    vi.useRealTimers();
  }
});

test("a token that is revoked ends what goes on with it, and nothing of others", async () => {
  await using server = await serve();
  const [one, other] = await Promise.all(
    ["one", "other"].map((name) =>
      server.tokens.create({ name, scope: "use", ttl_secs: null, tenant: null }, OPTIONS),
    ),
  );
  const [running, others] = await Promise.all(
    [one, other].map((made) => ask(server.port, bearer(made?.secret ?? ""))),
  );
  await server.tokens.revoke("one", OPTIONS);
  await expect(text(running!)).rejects.toThrow("aborted");
  server.goOn.resolve();
  expect(await text(others!)).toBe("begun ended");
});

test("a token that is revoked ends what goes on with it, though another was sent behind on the connection", async () => {
  await using server = await serve();
  const [one, other] = await Promise.all(
    ["one", "other"].map((name) =>
      server.tokens.create({ name, scope: "use", ttl_secs: null, tenant: null }, OPTIONS),
    ),
  );
  const caller = connect({ ...LOOPBACK, port: server.port });
  for (const made of [one, other])
    caller.write(`GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${made?.secret}\r\n\r\n`);
  await once(caller, "data");
  await server.tokens.revoke("one", OPTIONS);
  await expect(once(caller, "close")).resolves.toBeDefined();
});

test("the twenty-first bad token of a minute is told to wait, and a good one is not", async () => {
  await using server = await serve();
  server.goOn.resolve();
  for (let i = 0; i < 20; i++) expect((await ask(server.port, bearer(`bad-${i}`))).statusCode).toBe(401);
  const answer = await ask(server.port, bearer("bad"));
  expect(answer.statusCode).toBe(429);
  expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  expect((await ask(server.port, bearer(FIXED))).statusCode).toBe(200);
});

/** A certificate of its own for the loopback address, and its key. */
async function certify(directory: string, name: string): Promise<TlsPaths> {
  const paths = { cert: join(directory, `${name}.pem`), key: join(directory, `${name}.key`) };
  const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1"];
  const form = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  await exec("openssl", ["req", ...form, ...subject, "-out", paths.cert, "-keyout", paths.key]);
  return paths;
}

/** Whose certificate a server shows. */
async function nameOf(port: number): Promise<string | string[] | undefined> {
  const outgoing = tlsRequest({
    ...LOOPBACK,
    port,
    rejectUnauthorized: false,
    agent: false,
    headers: bearer(FIXED),
  });
  const answer = await answerTo(outgoing);
  const { CN } = (answer.socket as TLSSocket).getPeerCertificate().subject;
  answer.destroy();
  return CN;
}

test("serves by TLS, and takes a certificate that was replaced", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-tls-"));
  const paths = await certify(directory.path, "first");
  await using server = await serve(paths);
  server.goOn.resolve();
  const trusted = { ...LOOPBACK, port: server.port, ca: await readFile(paths.cert), agent: false };
  expect(await text(await answerTo(tlsRequest({ ...trusted, headers: bearer(FIXED) })))).toBe("begun ended");
  await expect(ask(server.port, bearer(FIXED))).rejects.toThrow("socket hang up");
  await writeFile(paths.cert, "rubbish");
  expect(await nameOf(server.port)).toBe("first");
  const next = await certify(directory.path, "second");
  await rename(next.key, paths.key);
  await rename(next.cert, paths.cert);
  await vi.waitFor(async () => expect(await nameOf(server.port)).toBe("second"), { timeout: 30_000 });
});

test("where it cannot listen, or with what, is said", async () => {
  const access = new Access({
    tokens: await TokenBook.open({ read: async () => [], write: async () => {} }),
    fixed: undefined,
    domain: "localhost",
  });
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  try {
    const { port } = other.address() as AddressInfo;
    const plan = { tls: undefined, access, log: pino({ level: "silent" }) };
    await expect(
      listenTcp({ ...plan, bind: { ...LOOPBACK, port } }, { handle: () => {} }),
    ).rejects.toMatchObject({
      code: "invalid_configuration",
      details: { variable: "FORKD_BIND", why: expect.stringContaining("EADDRINUSE") as string },
    });
    const tls = { cert: "/nowhere/cert.pem", key: "/nowhere/key.pem" };
    await expect(listenTcp({ ...plan, bind: LOOPBACK, tls }, { handle: () => {} })).rejects.toMatchObject({
      details: { variable: "FORKD_TLS_CERT", why: expect.stringContaining("cannot be read") as string },
    });
  } finally {
    other.close();
  }
});

const TUNNEL = {
  path: "/v1/sandboxes/web/ports/80/tunnel",
  headers: { ...bearer(FIXED), connection: "Upgrade", upgrade: "tcp" },
  rejectUnauthorized: false,
};

test.each([
  ["a tunnel", false, (port: number) => once(httpRequest({ ...LOOPBACK, ...TUNNEL, port }).end(), "upgrade")],
  [
    "a tunnel by TLS",
    true,
    (port: number) => once(tlsRequest({ ...LOOPBACK, ...TUNNEL, port }).end(), "upgrade"),
  ],
  ["a handshake that never begins", true, (port: number) => once(connect({ ...LOOPBACK, port }), "connect")],
])("its end does not wait for %s", async (_, isByTls, open) => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-tls-"));
  const server = await serve(isByTls ? await certify(directory.path, "first") : undefined);
  await open(server.port);
  await expect(server[Symbol.asyncDispose]()).resolves.toBeUndefined();
});

test("a request for another protocol that is refused is told of as all others are", async () => {
  await using server = await serve();
  const refused = { ...TUNNEL, headers: { ...TUNNEL.headers, ...bearer("bad") } };
  const answer = await answerTo(httpRequest({ ...LOOPBACK, ...refused, port: server.port }));
  expect(answer.statusCode).toBe(401);
  await text(answer);
  await expect
    .poll(() => server.answered)
    .toMatchObject([
      { method: "GET", route: "port", status: 401, code: "unauthenticated", from: LOOPBACK.host },
    ]);
});
