import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { expect, test } from "vitest";
import { answerJson, answerLines, serveHttp } from "../test/http-fixture.ts";
import { Forkd } from "./index.ts";
import type { FileChange } from "./index.ts";

const CONTENT = "0123456789";

test("takes the part of a file that was asked for out of a reply that has the whole", async () => {
  await using server = await serveHttp("unix", (_, response) => {
    response.writeHead(200);
    for (const byte of CONTENT) response.write(byte);
    response.end();
  });
  await using forkd = new Forkd({ baseUrl: server.url });
  const { files } = forkd.sandboxes.at("web");
  const read = (range: object) => files.readText("/proc/version", range);
  expect(await read({})).toBe(CONTENT);
  expect(await read({ offset: 3 })).toBe("3456789");
  expect(await read({ offset: 3, length: 2 })).toBe("34");
  expect(await read({ length: 4 })).toBe("0123");
  expect(await read({ offset: 8, length: 50 })).toBe("89");
  expect(await read({ offset: 10 })).toBe("");
  expect(await read({ tail: 3 })).toBe("789");
  expect(await read({ tail: 30 })).toBe(CONTENT);
});

test("leaves a part as it comes", async () => {
  await using server = await serveHttp("unix", ({ headers }, response) => {
    expect(headers.range).toBe("bytes=3-4");
    response.writeHead(206, { "content-range": "bytes 3-4/10" }).end("34");
  });
  await using forkd = new Forkd({ baseUrl: server.url });
  expect(await forkd.sandboxes.at("web").files.readText("/x", { offset: 3, length: 2 })).toBe("34");
});

test("says what is noted of a file, once for each key", async () => {
  await using server = await serveHttp("unix", ({ url }, response) => {
    const query = new URLSearchParams(url?.split("?")[1]);
    response.end(JSON.stringify({ bytes: query.getAll("meta").join("|").length }));
  });
  await using forkd = new Forkd({ baseUrl: server.url });
  const { files } = forkd.sandboxes.at("web");
  expect(await files.write("/x", "", { metadata: { a: "b=c", d: "&" } })).toBe("a=b=c|d=&".length);
  expect(await files.write("/x", "", { metadata: {} })).toBe(0);
});

test("keeps no more metadata of a listing than has room", async () => {
  const metadata = { note: "x".repeat(1024 * 1024) };
  const line = `${JSON.stringify({ path: "", symlink_target: null, metadata })}\n`;
  await using server = await serveHttp("unix", (_, response) =>
    pipeline(Readable.from(Array.from({ length: 70 }, () => line)), response).catch(() => undefined),
  );
  await using forkd = new Forkd({ baseUrl: server.url });
  await expect(forkd.sandboxes.at("web").files.list("/")).rejects.toMatchObject({ code: "unexpected_reply" });
});

test("keeps no more paths of a listing than have room", async () => {
  const path = "x".repeat(1024 * 1024);
  const line = `${JSON.stringify({ path, symlink_target: null })}\n`;
  await using server = await serveHttp("unix", (_, response) =>
    pipeline(Readable.from(Array.from({ length: 70 }, () => line)), response).catch(() => undefined),
  );
  await using forkd = new Forkd({ baseUrl: server.url });
  await expect(forkd.sandboxes.at("web").files.list("/")).rejects.toMatchObject({
    code: "unexpected_reply",
    message: expect.stringContaining("67108864 characters"),
  });
});

test("tells a listener of changes, waits for it, and ends when it is stopped", async () => {
  const changes = ["one", "two", "three"].map((name) => ({ type: "create", name }));
  await using server = await serveHttp("unix", (_, response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    for (const line of [{ type: "opened" }, ...changes]) response.write(`${JSON.stringify(line)}\n`);
  });
  await using forkd = new Forkd({ baseUrl: server.url });
  const told: FileChange[] = [];
  const second = Promise.withResolvers<void>();
  const exit = Promise.withResolvers<unknown>();
  const onEvent = async (event: FileChange): Promise<void> => {
    told.push(event);
    if (told.length < 2) return;
    second.resolve();
    await exit.promise;
  };
  const watch = await forkd.sandboxes.at("web").files.watchDir("/srv", onEvent, { onExit: exit.resolve });
  await second.promise;
  watch.stop();
  exit.resolve("stopped");
  await exit.promise;
  expect(told).toEqual(changes.slice(0, 2));
});

test("tells how a watch ended, and refuses one that cannot begin", async () => {
  let isThere = true;
  await using server = await serveHttp("unix", (_, response) => {
    if (!isThere) return answerJson(response, 404, { error: "", code: "guest_file_not_found", hint: "" });
    return answerLines(response, [
      { type: "opened" },
      { type: "error", status: 410, error: { error: "it died", code: "sandbox_dead", hint: "" } },
    ]);
  });
  await using forkd = new Forkd({ baseUrl: server.url });
  const { files } = forkd.sandboxes.at("web");
  const { promise: exit, resolve: onExit } = Promise.withResolvers<unknown>();
  await files.watchDir("/srv", () => {}, { recursive: true, onExit });
  expect(await exit).toMatchObject({ code: "sandbox_dead" });
  isThere = false;
  await expect(files.watchDir("/srv", () => {})).rejects.toMatchObject({ code: "guest_file_not_found" });
});
