import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openHost, packOrder, pushOrder } from "../../test/pack-fixture.ts";
import type { Host } from "../../test/pack-fixture.ts";
import { createScratch } from "../../test/scratch.ts";
import { PATIENT } from "../../test/snapshot-fixture.ts";

/** Whoever plans a pack of it finds that it is not there: a refusal that says anything else came before. */
const NO_SNAPSHOT = "no-such-snapshot";

async function newHost(): Promise<{ host: Host; path: string } & AsyncDisposable> {
  const scratch = await createScratch();
  const host = openHost(`${scratch.path}/host`);
  await host.snapshots.recover();
  return { host, path: scratch.path, [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose]() };
}

test("refuses a file that is there before it plans, and names the option that replaces it", async () => {
  await using at = await newHost();
  await writeFile(`${at.path}/pack`, "mine");
  const pack = (force: boolean) =>
    at.host.packs.pack(NO_SNAPSHOT, packOrder(`${at.path}/pack`, { force }), PATIENT);
  await expect(pack(false)).rejects.toMatchObject({
    code: "invalid_request",
    message: expect.stringMatching(/is there already.*--force.*force: true/) as string,
  });
  await expect(pack(true)).rejects.toMatchObject({ code: "snapshot_not_found" });
});

test.each([
  ["a directory that is not there", "none/pack", /directory that does not exist/],
  ["something that is no directory", "file/pack", /no directory/],
  ["a directory itself", "directory", /is a directory/],
])("refuses %s before it plans, whether it may replace or not", async (_, name, why) => {
  await using at = await newHost();
  await writeFile(`${at.path}/file`, "");
  await mkdir(`${at.path}/directory`);
  const before = await readdir(at.path);
  for (const force of [false, true])
    await expect(
      at.host.packs.pack(NO_SNAPSHOT, packOrder(`${at.path}/${name}`, { force }), PATIENT),
    ).rejects.toMatchObject({ code: "invalid_request", message: expect.stringMatching(why) as string });
  expect(await readdir(at.path)).toEqual(before);
});

test("refuses a key that cannot sign before it plans or speaks to a registry", async () => {
  await using at = await newHost();
  const sign = { name: "key.pem", pem: "nonsense" };
  const refusal = {
    code: "invalid_request",
    message: expect.stringMatching(/key\.pem is not a private key/) as string,
  };
  const pack = at.host.packs.pack(NO_SNAPSHOT, packOrder(`${at.path}/pack`, { sign }), PATIENT);
  await expect(pack).rejects.toMatchObject(refusal);
  const push = at.host.packs.push(NO_SNAPSHOT, pushOrder("127.0.0.1:9/a:b", { sign }), PATIENT);
  await expect(push).rejects.toMatchObject(refusal);
});

test("finds a closed port before it plans a push", async () => {
  await using at = await newHost();
  const closed = createTcpServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  closed.close();
  const push = at.host.packs.push(NO_SNAPSHOT, pushOrder(`127.0.0.1:${port}/a:b`), PATIENT);
  await expect(push).rejects.toMatchObject({
    code: "registry_failed",
    message: expect.stringMatching(/ECONNREFUSED/) as string,
  });
});

test.each([
  ["is no registry", "/v2/", 404],
  ["refuses whoever asks", "/v2/a/manifests/b", 403],
])("finds a server that %s before it plans a push", async (_, path, status) => {
  await using at = await newHost();
  const server = createServer(
    ({ url }, response) => void response.writeHead(url === path ? status : 200).end(),
  );
  await using _closing = { [Symbol.asyncDispose]: async () => void server.close() };
  await once(server.listen(0, "127.0.0.1"), "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const push = at.host.packs.push(NO_SNAPSHOT, pushOrder(`${host}/a:b`), PATIENT);
  await expect(push).rejects.toMatchObject({
    code: "registry_failed",
    message: expect.stringMatching(new RegExp(`status ${status}`)) as string,
  });
});
