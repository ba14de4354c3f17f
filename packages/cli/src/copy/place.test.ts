import { expect, test } from "vitest";
import { parsePlace } from "./place.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";

test.each([
  [`${ID}:/root/a:b`, { kind: "guest", id: ID, path: "/root/a:b" }],
  ["data.csv", { kind: "host", path: "data.csv" }],
  ["web:/root/", { kind: "guest", id: "web", path: "/root/" }],
  ["@last:/x", { kind: "guest", id: "@last", path: "/x" }],
  ["odd:name", { kind: "host", path: "odd:name" }],
  ["./web:/x", { kind: "host", path: "./web:/x" }],
  [`./${ID}:/x`, { kind: "host", path: `./${ID}:/x` }],
])("%s is a place", (text, place) => expect(parsePlace(text)).toEqual(place));

test("a path of a guest is absolute", () => {
  expect(() => parsePlace(`${ID}:data.csv`)).toThrow("no absolute path");
});
