import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { beforeAll, expect, test, vi } from "vitest";
import {
  HOST,
  openHost,
  packOrder,
  pullRequest,
  readSnapshotFiles,
  storePackable,
} from "../../../test/pack-fixture.ts";
import type { Host } from "../../../test/pack-fixture.ts";
import { serve } from "../../../test/serve.ts";
import { createScratch, listTree } from "../../../test/scratch.ts";
import { PATIENT } from "../../../test/snapshot-fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

const scratch = await createScratch();
let pack: Buffer;
let here: Host;
let hosts = 0;

async function newHost(): Promise<Host> {
  hosts += 1;
  const host = openHost(`${scratch.path}/host-${hosts}`);
  await host.snapshots.recover();
  return host;
}

beforeAll(async () => {
  here = openHost(`${scratch.path}/here`);
  await storePackable(here, "py", 2);
  await here.packs.pack("py-1", packOrder(`${scratch.path}/pack`), PATIENT);
  pack = await readFile(`${scratch.path}/pack`);
  return () => scratch[Symbol.asyncDispose]();
}, 60_000);

const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

test("takes a pack from a URL, and goes on where a download broke off", async () => {
  let isBroken = true;
  await using site = await serve((request, response) => {
    const { range } = request.headers;
    const from = Number(/^bytes=([0-9]+)-$/.exec(range ?? "")?.[1] ?? 0);
    const isResumed = range !== undefined && request.headers["if-range"] === '"v1"';
    const body = pack.subarray(isResumed ? from : 0);
    response.writeHead(isResumed ? 206 : 200, {
      etag: '"v1"',
      "content-length": body.length,
      ...(isResumed && { "content-range": `bytes ${from}-${pack.length - 1}/${pack.length}` }),
    });
    if (!isBroken) return void response.end(body);
    // Enough for the beginning to be decompressed.
    response.write(body.subarray(0, Math.floor(body.length * 0.9)));
    setTimeout(() => response.destroy(), 20);
  });
  const there = await newHost();
  const source = `${site.origin}/packs/py.tar.zst?token=hunter2`;
  const broken = await there.packs.pull(pullRequest(source), PATIENT).catch((error: unknown) => error);
  expect(broken).toMatchObject({ code: "registry_failed" });
  expect(String(broken)).not.toContain("hunter2");
  isBroken = false;
  const restarted = openHost(there.root);
  const pulled = await restarted.packs.pull(pullRequest(source, { sha256: sha256Of(pack) }), PATIENT);
  expect(pulled).toMatchObject({ tag: "py-1", source: `${site.origin}/packs/py.tar.zst` });
  const secret = site.origin.replace("http://", "http://u:hunter3@");
  const refused = await restarted.packs.pull(pullRequest(secret), PATIENT).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "registry_failed" });
  expect(JSON.stringify(refused) + String(refused)).not.toContain("hunter3");
  const again = await newHost();
  isBroken = true;
  const first = again.packs.pull(pullRequest(source), PATIENT);
  await expect(first).rejects.toMatchObject({ code: "registry_failed" });
  isBroken = false;
  const { bytesReceived } = await again.packs.pull(pullRequest(source), PATIENT);
  expect(bytesReceived).toBeLessThan(pack.length / 2);
  expect(await readSnapshotFiles(again, "py-1")).toEqual(await readSnapshotFiles(here, "py-1"));
  expect(await readdir(`${again.root}/transfers`)).toEqual([]);
});

test("refuses a download of another digest, and keeps nothing of it", async () => {
  await using site = await serve((_, response) => void response.end(pack));
  const there = await newHost();
  const pull = there.packs.pull(pullRequest(`${site.origin}/x`, { sha256: "0".repeat(64) }), PATIENT);
  await expect(pull).rejects.toMatchObject({
    code: "pack_invalid",
    message: expect.stringMatching(/digest/) as string,
  });
  expect(await readdir(`${there.root}/transfers`)).toEqual([]);
});

test("refuses an incompatible pack after its first bytes", async () => {
  let finished = 0;
  await using site = await serve((_, response) => {
    // Never ends.
    response.write(pack.subarray(0, pack.length - 1000));
    response.on("close", () => (finished += 1));
  });
  const there = await newHost();
  const before = await listTree(there.root);
  const pull = there.packs.pull(
    pullRequest(`${site.origin}/x`, { host: { engine: { ...HOST, machine: "q35" }, deviceKinds: [] } }),
    PATIENT,
  );
  await expect(pull).rejects.toMatchObject({ code: "pack_incompatible" });
  expect(await listTree(there.root)).toEqual(before);
  await expect.poll(() => finished).toBe(1);
});

test("looks owner/name up in an index, with its versions and digests", async () => {
  await using site = await serve((request, response) => {
    if (request.url === "/packs/py") return void response.end(pack);
    const url = "packs/py";
    const versions = {
      latest: { url, sha256: sha256Of(pack), size_bytes: pack.length, memory_mib: 1, base_image: "x" },
      v0: { url, sha256: "0".repeat(64) },
      v1: { url: "file:///etc/passwd" },
    };
    response.end(
      JSON.stringify({ schema_version: 1, packages: { "team/py": { description: "", versions } } }),
    );
  });
  const indexUrl = `${site.origin}/registry.json`;
  const there = await newHost();
  const pull = (source: string) => there.packs.pull(pullRequest(source, { indexUrl }), PATIENT);
  await expect(pull("team/other")).rejects.toMatchObject({
    code: "invalid_request",
    message: expect.stringMatching(/team\/py/) as string,
  });
  await expect(pull("team/py@v9")).rejects.toMatchObject({ code: "invalid_request" });
  await expect(pull("team/py@constructor")).rejects.toMatchObject({ code: "invalid_request" });
  await expect(pull("team/py@v0")).rejects.toMatchObject({ code: "pack_invalid" });
  await expect(pull("team/py@v1")).rejects.toMatchObject({ code: "registry_failed" });
  await expect(pull("team/py")).resolves.toMatchObject({ tag: "py-1" });
});

test("takes no secret along to another host, and follows no endless redirect", async () => {
  const seen: (string | undefined)[] = [];
  await using elsewhere = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(404).end();
  });
  await using registry = await serve((request, response) => {
    if (request.url?.includes("/loop") === true) response.writeHead(307, { location: request.url }).end();
    else if (request.headers.authorization === undefined)
      response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
    else response.writeHead(307, { location: `${elsewhere.origin}/stolen` }).end();
  });
  const there = await newHost();
  const credentials = { username: "u", password: "p" };
  const host = registry.origin.slice("http://".length);
  for (const name of ["team/py:v1", "loop/py:v1"]) {
    const pull = there.packs.pull(pullRequest(`oci://${host}/${name}`, { credentials }), PATIENT);
    await expect(pull).rejects.toMatchObject({ code: "registry_failed" });
  }
  expect(seen).toEqual([undefined]);
});

test("gets a token where the registry says, and shows it to the registry alone", async () => {
  const seen: string[] = [];
  await using tokens = await serve((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`);
    response.end(JSON.stringify({ token: "t0ken" }));
  });
  await using registry = await serve((request, response) => {
    if (request.headers.authorization !== "Bearer t0ken") {
      const challenge = `Bearer realm="${tokens.origin}/token",service="reg",scope="ignored"`;
      return void response.writeHead(401, { "www-authenticate": challenge }).end();
    }
    response.writeHead(200).end("x".repeat(5 * 1024 * 1024));
  });
  const there = await newHost();
  const credentials = { username: "u", password: "p" };
  const source = `oci://${registry.origin.slice("http://".length)}/team/py:v1`;
  const message = expect.stringMatching(/more than 4194304 bytes/) as string;
  const pull = there.packs.pull(pullRequest(source, { credentials }), PATIENT);
  await expect(pull).rejects.toMatchObject({ code: "registry_failed", message });
  const basic = `Basic ${Buffer.from("u:p").toString("base64")}`;
  expect(seen).toEqual([`/token?service=reg&scope=repository%3Ateam%2Fpy%3Apull ${basic}`]);
});

test.each([
  ["not JSON", "nonsense"],
  [
    "an image of containers",
    JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json" }),
  ],
  ["nothing", ""],
])("refuses what is no pack in a registry: %s", async (_, body) => {
  await using registry = await serve((request, response) => void response.end(body));
  const there = await newHost();
  const pull = there.packs.pull(pullRequest(`oci://${registry.origin.slice("http://".length)}/a:b`), PATIENT);
  await expect(pull).rejects.toMatchObject({ code: "pack_invalid" });
});

test("is cancelled while a server says nothing", async () => {
  await using site = await serve(() => {});
  const there = await newHost();
  await writeFile(`${there.root}/unrelated`, "");
  const options = { ...PATIENT, signal: AbortSignal.timeout(100) };
  await expect(there.packs.pull(pullRequest(`${site.origin}/x`), options)).rejects.toMatchObject({
    code: "cancelled",
  });
});
