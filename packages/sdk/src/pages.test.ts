import { expect, test } from "vitest";
import { serveHttp } from "../test/http-fixture.ts";
import { Forkd } from "./index.ts";

const LIST = ["a", "b", "c", "d", "e"];

/** A daemon with five of everything, whose cursor is the next one's place. */
async function serveLists(kind: "unix" | "tcp") {
  const requests: string[] = [];
  const server = await serveHttp(kind, ({ url = "" }, response) => {
    requests.push(url);
    const { searchParams } = new URL(url, "http://daemon");
    const start = Number(searchParams.get("cursor") ?? 0);
    const end = start + Number(searchParams.get("limit") ?? LIST.length);
    if (end < LIST.length) response.setHeader("x-next-cursor", String(end));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(LIST.slice(start, end).map((id) => ({ id, tag: id, created_at_unix: 1 }))));
  });
  return Object.assign(server, { requests });
}

test.each(["unix", "tcp"] as const)("pages go on to the last, over %s", async (kind) => {
  await using server = await serveLists(kind);
  await using forkd = new Forkd({ baseUrl: server.url });
  const pages = await Array.fromAsync(forkd.sandboxes.pages({ limit: 2, status: "paused" }));
  expect(pages.map((page) => page.map(({ id }) => id))).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  expect(server.requests).toEqual([
    "/v1/sandboxes?limit=2&status=paused",
    "/v1/sandboxes?limit=2&status=paused&cursor=2",
    "/v1/sandboxes?limit=2&status=paused&cursor=4",
  ]);
});

test("the next page is asked for when it is wanted, and with list() all come at once", async () => {
  await using server = await serveLists("unix");
  await using forkd = new Forkd({ baseUrl: server.url });
  for await (const page of forkd.snapshots.pages({ limit: 3 })) {
    expect(page.map(({ createdAtUnix }) => createdAtUnix)).toEqual([1, 1, 1]);
    break;
  }
  expect((await forkd.snapshots.list()).length).toBe(5);
  expect(server.requests).toEqual(["/v1/snapshots?limit=3", "/v1/snapshots"]);
});

test("images, workspaces and jobs have pages of a hundred", async () => {
  await using server = await serveLists("unix");
  await using forkd = new Forkd({ baseUrl: server.url });
  for (const pages of [forkd.images.pages(), forkd.workspaces.pages(), forkd.jobs.pages()])
    for await (const page of pages) expect(page.length).toBe(5);
  const paths = ["images", "workspaces", "jobs"].map((name) => `/v1/${name}?limit=100`);
  expect(server.requests).toEqual(paths);
});

test("an abort between two pages ends them", async () => {
  await using server = await serveLists("unix");
  await using forkd = new Forkd({ baseUrl: server.url });
  const controller = new AbortController();
  const pages = forkd.sandboxes.pages({ limit: 2, signal: controller.signal });
  await pages.next();
  controller.abort(new Error("enough"));
  await expect(pages.next()).rejects.toThrow("enough");
});
