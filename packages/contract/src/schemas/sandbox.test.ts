import { expect, test } from "vitest";
import { ROUTES } from "../routes.ts";
import { sandboxRequestSchema, sandboxUpdateSchema } from "./sandbox.ts";

const labels = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, "value"]));
const isFork = (fields: object): boolean =>
  sandboxRequestSchema.safeParse({ snapshot_tag: "py", ...fields }).success;

test.each([
  ["a name", { name: "web_1.blue-2" }],
  ["a name of 64 characters", { name: "a".repeat(64) }],
  ["a name that has room for the numbers of its children", { name: "a".repeat(60), n: 1000 }],
  ["32 labels", { labels: labels(32) }],
  ["the longest label", { labels: { ["a".repeat(63)]: "é".repeat(255) } }],
  ["the slowest disk", { disk_read_bytes_per_sec: 65_536 }],
  ["labels as others write them", { labels: { "app.kubernetes.io/name": "x=y", empty: "" } }],
  ["a label's value from right to left", { labels: { name: "\u200fשלום" } }],
])("a fork takes %s", (_, fields) => expect(isFork(fields)).toBe(true));

test.each([
  ["a disk too slow to start from", { disk_read_bytes_per_sec: 65_535 }],
  ["a name of 65 characters", { name: "a".repeat(65) }],
  ["a name that begins as an id does", { name: "sb_web" }],
  ["a name as an id is in a host name", { name: "sb-4k2m9x7q0v3bz8wc" }],
  ["a name with a slash", { name: "a/b" }],
  ["an empty name", { name: "" }],
  ["a name whose children's would be too long", { name: "a".repeat(61), n: 1000 }],
  ["33 labels", { labels: labels(33) }],
  ["a label's key of 64 characters", { labels: { ["a".repeat(64)]: "" } }],
  ["a label's key with =", { labels: { "a=b": "" } }],
  ["a label's value of 256 characters", { labels: { a: "a".repeat(256) } }],
  ["a label's value with a line's end", { labels: { a: "a\n" } }],
  ["a label's value with a separator of lines", { labels: { a: "a\u2028b" } }],
  ["a label's value with a separator of paragraphs", { labels: { a: "a\u2029b" } }],
  ["a label's value with an override of the direction", { labels: { a: "a\u202eb" } }],
  ["a label's value with an isolated direction", { labels: { a: "a\u2066b" } }],
  ["a label's value that takes it away", { labels: { a: null } }],
  ["a list of labels", { labels: ["a"] }],
])("a fork refuses %s", (_, fields) => expect(isFork(fields)).toBe(false));

test("an update says apart what is taken away and what stays", () => {
  const update = { name: null, labels: { a: "1", b: null }, ttl_secs: null };
  expect(sandboxUpdateSchema.parse(update)).toEqual(update);
  expect(sandboxUpdateSchema.parse({ labels: null })).toEqual({ labels: null });
});

test.each([
  ["of nothing", {}],
  ["of what is not said", { name: undefined }],
  ["of 33 labels", { labels: labels(33) }],
  ["of a label with an override of the direction", { labels: { a: "\u202e" } }],
  ["that ends it at once", { ttl_secs: 0 }],
])("an update %s is refused", (_, update) => {
  expect(sandboxUpdateSchema.safeParse(update).success).toBe(false);
});

test.each([
  [{ label: "team=web" }, true],
  [{ label: ["team=web", "nightly", "odd=a=b"] }, true],
  [{ label: "=web" }, false],
  [{ label: "team=\u202eweb" }, false],
  [{ label: Array.from({ length: 33 }, () => "a") }, false],
  [{ status: "paused" }, true],
  [{ status: "asleep" }, false],
])("a list is asked for by %o: %s", (query, isGood) => {
  expect(ROUTES.listSandboxes.query.safeParse(query).success).toBe(isGood);
});
