import { expect, test } from "vitest";
import { nameLanguage, parseLanguage } from "./language.ts";

test.each([
  ["python", "python"],
  ["Python ", "python"],
  ["javascript", "node"],
  ["js", "node"],
  ["bash", "bash"],
])("%s is %s", (word, language) => {
  expect(parseLanguage(word)).toBe(language);
});

test.each(["r", "typescript", "java", "constructor", ""])("'%s' is refused by name", (word) => {
  const message = expect.stringContaining(`language "${word}"`) as string;
  expect(() => parseLanguage(word)).toThrow(expect.objectContaining({ code: "unsupported_option", message }));
});

test("a word of any length is refused in few", () => {
  const message = expect.stringMatching(/^.{1,150}$/) as string;
  expect(() => parseLanguage("x".repeat(1_000_000))).toThrow(expect.objectContaining({ message }));
});

test("a language is named as E2B names it", () => {
  expect(["python", "node", "bash"].map((each) => nameLanguage(each as "python"))).toEqual([
    "python",
    "javascript",
    "bash",
  ]);
});
