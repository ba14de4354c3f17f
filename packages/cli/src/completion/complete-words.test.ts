import { expect, test } from "vitest";
import { VERBS } from "../commands/registry.ts";
import { completeWords } from "./complete-words.ts";

test.each([
  ["the beginning of a verb", ["fo"], ["fork"]],
  ["a verb within a verb", ["image", "b"], ["build"]],
  ["a recipe", ["image", "build", "py-nu"], ["py-numpy"]],
  ["an option", ["fork", "--me"], ["--memory-limit-mib"]],
  ["an option's choices", ["fork", "--on-failure", ""], ["keep", "undo"]],
  ["an argument's choices", ["completion", "z"], ["zsh"]],
  ["nothing for a verb that is not there", ["frok", ""], []],
  ["nothing for a command of the guest", ["exec", "sb_1", "--", "--js"], []],
  ["no verb that is hidden", ["__"], []],
])("completes %s", async (_, words, expected) => {
  expect(await completeWords(words, VERBS)).toEqual(expected);
});
