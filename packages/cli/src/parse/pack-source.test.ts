import { resolve } from "node:path";
import { expect, test } from "vitest";
import { parsePackSource, parseSha256 } from "./pack-source.ts";

test.each(["oci://r.example.com/team/py:v1", "https://example.com/py.tar.zst", "team/py", "team/py@v1"])(
  "%s is left to the daemon",
  (text) => expect(parsePackSource(text)).toBe(text),
);

test.each(["./py", "../py", "/srv/py", "py.forkd-snapshot.tar.zst", "packs/py.tar.zst"])(
  "%s is a path, made absolute",
  (text) => expect(parsePackSource(text)).toBe(resolve(text)),
);

test("a digest may have its algorithm before it", () => {
  expect(parseSha256(`sha256:${"A".repeat(64)}`)).toBe("a".repeat(64));
});

test.each(["", "abc", "g".repeat(64), `md5:${"a".repeat(64)}`])("%j is no digest", (text) => {
  expect(() => parseSha256(text)).toThrow("hexadecimal");
});
