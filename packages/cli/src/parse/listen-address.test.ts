import { expect, test } from "vitest";
import { parseListenAddress } from "./listen-address.ts";

test.each([
  ["8890", "127.0.0.1", 8890],
  ["0", "127.0.0.1", 0],
  ["0.0.0.0:80", "0.0.0.0", 80],
  ["[::1]:80", "::1", 80],
])("%s is where a server listens", (text, host, port) => {
  expect(parseListenAddress(text)).toEqual({ host, port });
});

test.each(["", "x", ":80", "host:", "::1:80", "host:70000", "[]:80"])("%j is no such place", (text) => {
  expect(() => parseListenAddress(text)).toThrow("must be");
});
