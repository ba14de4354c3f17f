import { readFile, readdir } from "node:fs/promises";
import { beforeAll, expect, test, vi } from "vitest";
import { openHost, packOrder, pullRequest, storePackable } from "../../../test/pack-fixture.ts";
import { createScratch } from "../../../test/scratch.ts";
import { serve } from "../../../test/serve.ts";
import { PATIENT } from "../../../test/snapshot-fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

const scratch = await createScratch();
let pack: Buffer;

beforeAll(async () => {
  const here = openHost(`${scratch.path}/here`);
  await storePackable(here, "py", 2);
  await here.packs.pack("py-1", packOrder(`${scratch.path}/pack`), PATIENT);
  pack = await readFile(`${scratch.path}/pack`);
  return () => scratch[Symbol.asyncDispose]();
}, 60_000);

test("refuses a download that goes on after what the pack declares, and keeps nothing of it", async () => {
  let requests = 0;
  let sent = 0;
  await using site = await serve((_, response) => {
    requests += 1;
    response.writeHead(200, { etag: '"v1"' });
    const send = (chunk: Buffer): void => {
      sent += chunk.length;
      response.write(chunk, () => void (response.destroyed || sent > 2 ** 26 || send(Buffer.alloc(2 ** 16))));
    };
    if (requests === 1) response.end(pack);
    else send(pack);
  });
  const there = openHost(`${scratch.path}/one`);
  await expect(there.packs.pull(pullRequest(`${site.origin}/x`), PATIENT)).rejects.toMatchObject({
    code: "pack_invalid",
    message: expect.stringMatching(/more than [0-9]+ bytes came/) as string,
  });
  expect(sent).toBeLessThan(2 ** 26);
  expect(await readdir(`${there.root}/transfers`)).toEqual([]);
});

test("lets no slow server stop another transfer, and collects what a download left", async () => {
  let requests = 0;
  await using slow = await serve((_, response) => {
    requests += 1;
    response.writeHead(200, { etag: '"v1"' });
    if (requests === 1) response.end(pack);
    else response.write(pack.subarray(0, 1000));
  });
  await using site = await serve((_, response) => void response.end(pack));
  const there = openHost(`${scratch.path}/two`);
  const collect = async (): Promise<string[]> => {
    const { removed } = await there.snapshots.collectGarbage({ dryRun: false });
    return removed.filter(({ name }) => name.startsWith("download-")).map(({ kind }) => kind);
  };
  const enough = new AbortController();
  const options = { ...PATIENT, signal: enough.signal };
  const stuck = there.packs.pull(pullRequest(`${slow.origin}/x`, { tag: "stuck" }), options);
  await expect.poll(() => readdir(`${there.root}/transfers`)).toHaveLength(2);
  const pulls = ["a", "b"].map((tag) => there.packs.pull(pullRequest(`${site.origin}/y`, { tag }), PATIENT));
  expect((await Promise.all(pulls)).map(({ tag }) => tag)).toEqual(["a", "b"]);
  expect(await collect()).toEqual([]);
  enough.abort();
  await expect(stuck).rejects.toMatchObject({ code: "cancelled" });
  expect(await collect()).toEqual(["draft", "draft"]);
  expect(await readdir(`${there.root}/transfers`)).toEqual([]);
});
