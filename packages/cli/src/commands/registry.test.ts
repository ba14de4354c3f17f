import { expect, test } from "vitest";
import { VERBS } from "./registry.ts";

const shown = VERBS.filter(({ hidden }) => !hidden);

test.each(shown)("$name is named alike in its file, and its help has an example", async ({ name, load }) => {
  const command = (await load()).createCommand();
  expect(command.name()).toBe(name);
  const leaves = command.commands.length > 0 ? command.commands : [command];
  for (const leaf of leaves) {
    let help = "";
    leaf.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toContain("Example:\n  $ ");
    expect(leaf.options.filter(({ description }) => description === "")).toEqual([]);
  }
});

test("names and aliases are unique", () => {
  const names = VERBS.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]));
  expect(new Set(names).size).toBe(names.length);
});
