import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { ForkdError, toForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { LOCAL_USER } from "@forkd/core";
import type { Operations } from "@forkd/core";
import { expect, test } from "vitest";
import { receiveFiles } from "./receive-files.ts";

const call = {
  caller: LOCAL_USER,
  id: "sb_aaaaaaaaaaaaaaaa" as SandboxId,
  user: undefined,
  signal: new AbortController().signal,
  explain: toForkdError,
};

/** A server that takes uploads for a guest that has room for each. */
async function serveUploads() {
  const taken: { path: string; metadata: unknown; content: string }[] = [];
  const writeFile: Operations["writeFile"] = async (_caller, { path, metadata, content }) => {
    taken.push({ path, metadata, content: await text(content) });
    return 0;
  };
  const readFile: Operations["readFile"] = () => {
    throw new ForkdError("guest_file_not_found", { path: "/etc/passwd" });
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://x").searchParams.get("path") ?? undefined;
    void receiveFiles({ readFile, writeFile }, { call, path }, request).then((written) =>
      response.end(JSON.stringify(written)),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/files`;
  return { taken, url, [Symbol.dispose]: () => void server.close() };
}

test("each file of a form has what the form notes, in small letters, and is told with it", async () => {
  using uploads = await serveUploads();
  const body = new FormData();
  for (const name of ["/a", "/b"]) body.append("file", new Blob([name]), name);
  const headers = { "X-Metadata-Author": "Ann", "x-metadata-kind": "draft" };
  const answer = await fetch(uploads.url, { method: "POST", headers, body });
  const metadata = { author: "Ann", kind: "draft" };
  expect(uploads.taken).toEqual([
    { path: "/a", metadata, content: "/a" },
    { path: "/b", metadata, content: "/b" },
  ]);
  expect(await answer.json()).toEqual([
    { name: "a", type: "file", path: "/a", metadata },
    { name: "b", type: "file", path: "/b", metadata },
  ]);
});

test("a file of which nothing is noted is told without", async () => {
  using uploads = await serveUploads();
  const headers = { "content-type": "application/octet-stream" };
  const answer = await fetch(`${uploads.url}?path=/a`, { method: "POST", headers, body: "x" });
  expect(uploads.taken).toEqual([{ path: "/a", metadata: undefined, content: "x" }]);
  expect(await answer.json()).toEqual([{ name: "a", type: "file", path: "/a" }]);
});
