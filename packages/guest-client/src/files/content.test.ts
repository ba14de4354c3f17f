import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { calm, connectAgent, failureOf } from "../../test/dial.ts";
import { startScriptedAgent } from "../../test/scripted-agent.ts";

const file = { path: "/a file", mode: "0644" };

describe("reading a file of a guest that lies", () => {
  it.each([
    ["shorter than announced", "10", "12345"],
    ["longer than announced", "2", "12345"],
    ["of a length that is no number", "-5", "12345"],
  ])("fails with agent_protocol when it is %s", async (_what, length, body) => {
    await using liar = await startScriptedAgent((stream) => {
      stream.respond({ ":status": 200, "content-length": length });
      stream.end(body);
    });
    await using agent = await connectAgent(liar);
    const read = agent.files.read({ path: file.path }, calm).then((content) => buffer(content));
    expect(await failureOf(read)).toMatchObject({ code: "agent_protocol" });
    await agent.closed;
  });

  it("gives guest_refused, and keeps the connection, when it cannot go on", async () => {
    await using server = await startScriptedAgent((stream, headers) => {
      if (headers[":path"] === "/sync") return stream.end("{}");
      stream.respond({ ":status": 200, "content-length": "10" });
      return stream.write("12345", () => stream.destroy(new Error("the file was cut short")));
    });
    await using agent = await connectAgent(server);
    const read = agent.files.read({ path: file.path }, calm).then((content) => buffer(content));
    expect(await failureOf(read)).toMatchObject({ code: "guest_refused" });
    await agent.sync(calm);
  });

  it("needs no length, as with files of /proc", async () => {
    await using server = await startScriptedAgent((stream) => stream.end("content"));
    await using agent = await connectAgent(server);
    expect((await buffer(await agent.files.read({ path: file.path }, calm))).toString()).toBe("content");
  });

  it("fails with agent_timeout when it stops in the middle", async () => {
    await using liar = await startScriptedAgent((stream) => {
      stream.respond({ ":status": 200, "content-length": "10" });
      stream.write("12345");
    });
    await using agent = await connectAgent(liar, { stallMs: 100 });
    const read = agent.files.read({ path: file.path }, calm).then((content) => buffer(content));
    expect(await failureOf(read)).toMatchObject({ code: "agent_timeout" });
  });

  it("gives the file up when the reader does", async () => {
    const reset = Promise.withResolvers<number>();
    await using liar = await startScriptedAgent((stream) => {
      stream.on("close", () => reset.resolve(stream.rstCode));
      stream.respond({ ":status": 200, "content-length": "1000000" });
      stream.write(Buffer.alloc(500_000));
    });
    await using agent = await connectAgent(liar);
    const content = await agent.files.read({ path: file.path }, calm);
    content.destroy();
    expect(await reset.promise).toBe(8);
  });

  it("maps its errors onto the catalogue", async () => {
    await using liar = await startScriptedAgent((stream, headers) => {
      stream.respond({ ":status": 404 });
      const code = headers[":path"] === "/files?path=%2Fa%20file" ? "not_found" : "permission_denied";
      stream.end(JSON.stringify({ code, message: "no" }));
    });
    await using agent = await connectAgent(liar);
    expect(await failureOf(agent.files.read({ path: file.path }, calm))).toMatchObject({
      code: "guest_file_not_found",
    });
    expect(await failureOf(agent.files.read({ path: "/other" }, calm))).toMatchObject({
      code: "guest_refused",
    });
  });
});

describe("writing a file of a guest that lies", () => {
  it("fails with agent_protocol when it counts other bytes than were sent", async () => {
    await using liar = await startScriptedAgent((stream) => {
      stream.resume();
      stream.on("end", () => stream.end('{"bytes": 3}'));
    });
    await using agent = await connectAgent(liar);
    const write = agent.files.write(file, Readable.from([Buffer.from("12345")]), calm);
    expect(await failureOf(write)).toMatchObject({ code: "agent_protocol" });
  });

  it("stops sending as soon as it is refused, even when the input has nothing to give", async () => {
    await using liar = await startScriptedAgent((stream) => {
      stream.respond({ ":status": 507 });
      stream.end('{"code": "no_space", "message": "the disk is full"}');
    });
    await using agent = await connectAgent(liar);
    const input = new Readable({ read: () => undefined });
    input.push("begin");
    expect(await failureOf(agent.files.write(file, input, calm))).toMatchObject({
      code: "guest_refused",
      message: expect.stringContaining("the disk is full (no_space)"),
    });
    expect(input.destroyed).toBe(true);
  });

  it("resets the upload, and does not end it, when the input fails", async () => {
    const seen = Promise.withResolvers<string>();
    await using liar = await startScriptedAgent((stream) => {
      stream.resume();
      stream.on("end", () => seen.resolve("ended"));
      stream.on("aborted", () => seen.resolve("reset"));
    });
    await using agent = await connectAgent(liar);
    const input = new Readable({ read: () => undefined });
    input.push("half");
    setTimeout(() => input.destroy(new Error("the client hung up")), 30);
    expect(await failureOf(agent.files.write(file, input, calm))).toMatchObject({ code: "cancelled" });
    expect(await seen.promise).toBe("reset");
  });

  it("destroys the input when the request is not even sent", async () => {
    await using server = await startScriptedAgent(() => undefined);
    await using agent = await connectAgent(server);
    const input = new Readable({ read: () => undefined });
    const write = agent.files.write(file, input, { signal: AbortSignal.abort() });
    expect(await failureOf(write)).toMatchObject({ code: "cancelled" });
    expect(input.destroyed).toBe(true);
  });

  it("fails with agent_timeout when it takes no more", async () => {
    await using liar = await startScriptedAgent(() => undefined);
    await using agent = await connectAgent(liar, { stallMs: 100 });
    const endless = new Readable({ read: (bytes) => void endless.push(Buffer.alloc(bytes)) });
    expect(await failureOf(agent.files.write(file, endless, calm))).toMatchObject({ code: "agent_timeout" });
    expect(endless.destroyed).toBe(true);
  });
});
