import { expect, test } from "vitest";
import { parseSignalName } from "./signal-name.ts";

test.each([
  ["SIGHUP", "SIGHUP"],
  ["hup", "SIGHUP"],
  ["9", "SIGKILL"],
  ["RTMIN+3", "SIGRTMIN+3"],
])("%s is %s", (text, name) => expect(parseSignalName(text)).toBe(name));

test.each(["", "0", "99", "SIGNOPE", "-9"])("%j is no signal", (text) =>
  expect(() => parseSignalName(text)).toThrow("a signal's name or number"),
);
