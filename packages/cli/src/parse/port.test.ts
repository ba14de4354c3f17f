import { expect, test } from "vitest";
import { parseAddress, parseForward, parsePort } from "./port.ts";

test.each(["1", "80", "65535"])("%s is a port", (text) => expect(parsePort(text)).toBe(Number(text)));

test.each(["0", "65536", "http", "-1", "8e1", "0x50", "80.0", "", " 80"])("'%s' is no port", (text) => {
  expect(() => parsePort(text)).toThrow("a number from 1 to 65535");
});

test.each([
  ["80", { local: "same", port: 80 }],
  ["8080:80", { local: 8080, port: 80 }],
  [":80", { local: 0, port: 80 }],
  ["0:80", { local: 0, port: 80 }],
])("%s is forwarded as %j", (text, spec) => {
  expect(parseForward(text, [{ local: "same", port: 1 }])).toEqual([{ local: "same", port: 1 }, spec]);
});

test.each(["80:", "80:http", "1:2:3", "127.0.0.1:80:80", "70000:80"])("'%s' is not forwarded", (text) => {
  expect(() => parseForward(text)).toThrow("a number from 1 to 65535");
});

test("an address that is empty, as an unset variable is, is none", () => {
  expect(parseAddress("0.0.0.0")).toBe("0.0.0.0");
  expect(() => parseAddress("")).toThrow("must be an address");
});
