import { expect, onTestFinished, test } from "vitest";
import { findKnownHelp } from "./known-help.ts";

test.each([
  ["a verb", ["exec", "--help"], "Usage: forkd exec"],
  ["a verb by its alias", ["spawn", "-h"], "Usage: forkd fork|spawn"],
  ["a verb of a verb", ["files", "ls", "--help"], "Usage: forkd files ls"],
])("knows the help of %s", (_, args, usage) => {
  expect(findKnownHelp(args)?.slice(0, usage.length)).toBe(usage);
  expect(findKnownHelp(args)).toMatch(/Example:[^]*[^\n]\n$/);
});

test.each([
  ["a verb that is not there", ["frok", "--help"]],
  ["no verb", ["--help"]],
  ["a name that every object has", ["constructor", "--help"]],
  ["help for something after it", ["exec", "--help", "id"]],
  ["a command of the guest", ["exec", "id", "--", "ls", "--help"]],
])("knows no help of %s", (_, args) => {
  expect(findKnownHelp(args)).toBeUndefined();
});

test("leaves a narrow terminal to be wrapped for", () => {
  const { columns } = process.stdout;
  onTestFinished(() => void (process.stdout.columns = columns));
  process.stdout.columns = 60;
  expect(findKnownHelp(["exec", "--help"])).toBeUndefined();
});
