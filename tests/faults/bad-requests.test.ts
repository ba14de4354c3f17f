import { request } from "node:http";
import { expect, test } from "vitest";
import { useChild } from "../harness/one-child.ts";
import { IMAGE, PARENT } from "../harness/parent.ts";

const used = useChild();
const UNKNOWN = "sb_0000000000000000";

/** A request as any client might send it, right or wrong. */
function send(
  method: string,
  path: string,
  { body, contentType = "application/json" }: { body?: string; contentType?: string } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": contentType };
    const outgoing = request({ socketPath: used.daemon.socketPath, method, path, headers }, (reply) => {
      let text = "";
      reply.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      reply.on("end", () =>
        resolve({ status: reply.statusCode ?? 0, body: JSON.parse(text || "{}") as Record<string, unknown> }),
      );
    });
    outgoing.on("error", reject).end(body);
  });
}

const json = (value: unknown): { body: string } => ({ body: JSON.stringify(value) });

test.each([
  ["../x", 400],
  ["", 400],
  ["a".repeat(65), 400],
  ["ünïcode", 400],
  [".hidden", 400],
  ["no-such-tag", 404],
])("refuses to fork the tag %o with %i", async (tag, status) => {
  const reply = await send("POST", "/v1/sandboxes", json({ snapshot_tag: tag }));
  expect(reply.status).toBe(status);
  expect(reply.body).toMatchObject({
    error: expect.any(String) as string,
    code: expect.any(String) as string,
    hint: expect.any(String) as string,
  });
});

test.each([0, -1, 1001, 1.5, "3"])("refuses n = %o", async (n) => {
  expect(await send("POST", "/v1/sandboxes", json({ snapshot_tag: PARENT, n }))).toMatchObject({
    status: 400,
    body: { code: "invalid_request" },
  });
});

test("refuses a memory limit that the guest could pass", async () => {
  const reply = await send("POST", "/v1/sandboxes", json({ snapshot_tag: PARENT, memory_limit_mib: 100 }));
  expect(reply).toMatchObject({
    status: 400,
    body: { code: "memory_limit_too_small", details: { guestMib: 256 } },
  });
});

test.each(["prewarm", "hugepages"])("takes %s, and says that it changes nothing", async (option) => {
  const { status } = await send("POST", "/v1/sandboxes", json({ snapshot_tag: PARENT, [option]: true }));
  expect(status).toBe(201);
  const { body } = await send("GET", "/v1/capabilities", {});
  expect(body).toHaveProperty(["option_notes", option], expect.stringContaining("without effect"));
});

test.each([
  ["GET", `/v1/sandboxes/${UNKNOWN}`, undefined],
  ["DELETE", `/v1/sandboxes/${UNKNOWN}`, undefined],
  ["POST", `/v1/sandboxes/${UNKNOWN}/exec`, { args: ["true"] }],
  ["POST", `/v1/sandboxes/${UNKNOWN}/eval`, { code: "1" }],
  ["POST", `/v1/sandboxes/${UNKNOWN}/ping`, {}],
])("%s %s is 404", async (method, path, body) => {
  const reply = await send(method, path, body === undefined ? {} : json(body));
  expect(reply).toMatchObject({ status: 404, body: { code: "sandbox_not_found" } });
});

test("refuses an id that is none", async () => {
  expect(await send("GET", "/v1/sandboxes/..%2f..%2fetc")).toMatchObject({ status: 400 });
});

test.each([
  ["bad JSON", { body: "{" }, 400, "invalid_request"],
  ["another content type", { body: "a=b", contentType: "text/plain" }, 415, "unsupported_media_type"],
  ["an unknown field", json({ snapshot_tag: PARENT, oops: 1 }), 400, "invalid_request"],
  ["no body", {}, 400, "invalid_request"],
])("answers %s in its own words", async (_what, options, status, code) => {
  expect(await send("POST", "/v1/sandboxes", options)).toMatchObject({ status, body: { code } });
});

test("answers an unknown route in its own words", async () => {
  expect(await send("GET", "/v1/nothing")).toMatchObject({ status: 404, body: { code: "unknown_route" } });
});

test("refuses an image that does not exist, and a tag that is taken", async () => {
  const absent = await send("POST", "/v1/snapshots", json({ tag: "new", image: "no-such-image" }));
  expect(absent).toMatchObject({ status: 404, body: { code: "image_not_found" } });
  const taken = await send("POST", "/v1/snapshots", json({ tag: PARENT, image: IMAGE }));
  expect(taken).toMatchObject({ status: 409, body: { code: "snapshot_exists" } });
});

test("refuses to remove an image that a snapshot needs", async () => {
  expect(await send("DELETE", `/v1/images/${IMAGE}`)).toMatchObject({
    status: 409,
    body: { code: "image_in_use" },
  });
});

test("still serves after all of this", async () => {
  expect((await used.child.run("echo alive")).stdout).toBe("alive\n");
});
