import { expect, test } from "vitest";
import { listPages, readBlocks } from "./blocks.ts";
import type { Block } from "./blocks.ts";

/** More of them would be a habit. */
const MOST_NOT_RUN = 11;
const PROGRAMS = ["sh", "ts"];

const blocks = listPages().flatMap(readBlocks);
const where = ({ page, line }: Block): string => `${page}:${line}`;

test("every code block has a language that a test knows what to do with", () => {
  const languages = [...PROGRAMS, "python", "json", "toml", "text"];
  expect(blocks.filter(({ language }) => !languages.includes(language)).map(where)).toEqual([]);
});

test.each(blocks.filter(({ language }) => language === "json"))("$page:$line is JSON", ({ text }) => {
  expect(() => JSON.parse(text) as unknown).not.toThrow();
});

test("every block of TOML is a file, which a later block of its page reads", () => {
  const toml = blocks.filter(({ language }) => language === "toml");
  expect(toml.filter(({ file }) => file === undefined).map(where)).toEqual([]);
});

test("few programs of the documentation cannot run as they stand, and nothing else is marked so", () => {
  const marked = blocks.filter(({ isMarked }) => isMarked);
  expect(blocks.length).toBeGreaterThan(20);
  expect(marked.length).toBeLessThanOrEqual(MOST_NOT_RUN);
  expect(marked.filter(({ language }) => !PROGRAMS.includes(language)).map(where)).toEqual([]);
});

test("every fence is one that is read", () => {
  // There is one block for each pair of fences: a third one, or one that is indented, would be missed.
  expect(blocks.filter(({ text }) => text.includes("```")).map(where)).toEqual([]);
});
