import { Readable } from "node:stream";
import type { GuestFiles } from "@forkd/core";
import { expect, it } from "vitest";
import { calm, connectAgent, failureOf } from "../../test/dial.ts";
import { startScriptedAgent } from "../../test/scripted-agent.ts";

const path = "/a";
const write = { path, mode: "0644" };

/** Everything that an older agent does not know. */
const NEW: Readonly<Record<string, (files: GuestFiles) => Promise<unknown>>> = {
  "write with metadata": (files) =>
    files.write({ ...write, metadata: { a: "b" } }, Readable.from(["x"]), calm),
  writePart: (files) => files.writePart(write, Readable.from(["x"]), calm),
  info: (files) => files.info({ path, follow: false }, calm),
  list: (files) => Array.fromAsync(files.list({ path, depth: 1 }, calm)),
  watch: (files) => Array.fromAsync(files.watch({ path, recursive: true }, calm)),
  makeDirectory: (files) => files.makeDirectory(write, calm),
  move: (files) => files.move({ from: path, to: "/b" }, calm),
  change: (files) => files.change({ path, mode: "0600" }, calm),
  remove: (files) => files.remove({ path, recursive: true }, calm),
};

it.each(Object.entries(NEW))("says of an older agent that it cannot %s", async (_name, ask) => {
  await using older = await startScriptedAgent((stream) => {
    stream.respond({ ":status": 404 });
    stream.end(JSON.stringify({ code: "not_found", message: "there is no such request" }));
  });
  await using agent = await connectAgent(older);
  expect(await failureOf(ask(agent.files))).toMatchObject({ code: "agent_outdated" });
});

it.each(Object.entries(NEW))("tells apart that there is no such file to %s", async (_name, ask) => {
  await using server = await startScriptedAgent((stream) => {
    stream.respond({ ":status": 404 });
    stream.end(JSON.stringify({ code: "no_such_file", message: "/a: No such file or directory" }));
  });
  await using agent = await connectAgent(server);
  expect(await failureOf(ask(agent.files))).toMatchObject({ code: "guest_file_not_found" });
});

it("does not take all of a file of an older agent for a part of it", async () => {
  await using older = await startScriptedAgent((stream) => {
    stream.respond({ ":status": 200, "content-length": "10" });
    stream.end("0123456789");
  });
  await using agent = await connectAgent(older);
  const reading = agent.files.read({ path, range: { offset: 2 } }, calm);
  expect(await failureOf(reading)).toMatchObject({ code: "agent_outdated" });
});

it.each([
  ["another offset", { "x-forkd-offset": "3", "x-forkd-size": "10", "content-length": "2" }],
  ["more than was asked for", { "x-forkd-offset": "2", "x-forkd-size": "10", "content-length": "5" }],
  ["more than there is", { "x-forkd-offset": "2", "x-forkd-size": "3", "content-length": "2" }],
  ["a size that is no number", { "x-forkd-offset": "2", "x-forkd-size": "-1", "content-length": "2" }],
])("takes no part of a file with %s", async (_what, headers) => {
  await using liar = await startScriptedAgent((stream) => {
    stream.respond({ ":status": 200, ...headers });
    stream.end("xx");
  });
  await using agent = await connectAgent(liar);
  const reading = agent.files.read({ path, range: { offset: 2, length: 2 } }, calm);
  expect(await failureOf(reading)).toMatchObject({ code: "agent_protocol" });
  await agent.closed;
});

const FILE = {
  path: "file",
  type: "file",
  size: 1,
  mode: 420,
  uid: 0,
  gid: 0,
  owner: "root",
  group: "root",
  mtime_ns: "1",
  target: null,
};
const lineOf = (own: object): string => `${JSON.stringify({ ...FILE, ...own })}\n`;

it.each([
  ["lead away", lineOf({ path: "a/../../b" })],
  ["are absolute", lineOf({ path: "/etc/passwd" })],
  ["are empty", lineOf({ path: "" })],
  ["have a mode of no file", lineOf({ mode: 0o170000 })],
  ["are of an unknown type", lineOf({ type: "door" })],
  ["are no JSON", "{\n"],
  ["are nested", `${"[".repeat(10_000)}\n`],
  ["have no end", "x".repeat(300_000)],
  ["have metadata that is no text", lineOf({ metadata: { a: 1 } })],
  ["have metadata with a long key", lineOf({ metadata: { ["k".repeat(247)]: "v" } })],
  ["have more metadata than a file has", lineOf({ metadata: { a: "x".repeat(4096) } })],
  ["are broken off", lineOf({}).slice(0, -1)],
])("ends the connection for a listing of lines that %s", async (_what, lines) => {
  await using liar = await startScriptedAgent((stream) => {
    stream.respond({ ":status": 200 });
    stream.end(lines);
  });
  await using agent = await connectAgent(liar);
  const listing = Array.fromAsync(agent.files.list({ path, depth: 1 }, calm));
  expect(await failureOf(listing)).toMatchObject({ code: "agent_protocol" });
  await agent.closed;
});

it("takes a file of an older agent for one without metadata", async () => {
  await using older = await startScriptedAgent((stream) => {
    stream.respond({ ":status": 200 });
    stream.end(JSON.stringify({ ...FILE, path }));
  });
  await using agent = await connectAgent(older);
  expect(await agent.files.info({ path, follow: false }, calm)).toMatchObject({ path, metadata: {} });
});

it("ends the connection for changes of what is not watched", async () => {
  await using liar = await startScriptedAgent((stream) => {
    stream.respond({ ":status": 200 });
    stream.write('{"type":"opened"}\n{"type":"rename","name":"a","to":"../b"}\n');
  });
  await using agent = await connectAgent(liar);
  const watching = Array.fromAsync(agent.files.watch({ path, recursive: true }, calm));
  expect(await failureOf(watching)).toMatchObject({ code: "agent_protocol" });
});

it("gives a watch up when its reader does, and has no deadline for what happens", async () => {
  const reset = Promise.withResolvers<number>();
  await using server = await startScriptedAgent((stream) => {
    stream.on("close", () => reset.resolve(stream.rstCode));
    stream.respond({ ":status": 200 });
    stream.write('{"type":"opened"}\n');
    setTimeout(() => stream.write('{"type":"write","name":"a"}\n'), 1500);
  });
  await using agent = await connectAgent(server, { treeMs: 1000 });
  for await (const change of agent.files.watch({ path, recursive: true }, calm))
    if (change.type === "write") break;
  expect(await reset.promise).toBe(8);
});
