import { expect, test } from "vitest";
import { findBelow, findVerb } from "./commands/verb.ts";
import { VERBS } from "./commands/registry.ts";
import { createProgram } from "./program.ts";

test.each([
  ["image", "list", "ls"],
  ["image", "delete", "rm"],
  ["workspace", "ls", "list"],
  ["workspace", "remove", "delete"],
  ["context", "rm", "remove"],
  ["token", "rm", "revoke"],
])("forkd %s %s is %s", async (verb, word, name) => {
  const program = await createProgram(findVerb(VERBS, verb));
  expect(findBelow(program.commands[0], word)?.name()).toBe(name);
});
