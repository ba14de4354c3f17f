import { SHELL_COMMANDS } from "@forkd/contract";
import type { ShellWord } from "@forkd/contract";
import { expect, test } from "vitest";
import { VERBS } from "./registry.ts";
import { findVerb } from "./verb.ts";

const COMMANDS = Object.entries<readonly ShellWord[]>(SHELL_COMMANDS);

test.each(COMMANDS)("what a hint says of %s is a verb with these arguments and options", async (_, words) => {
  const [name = "", ...more] = words.filter((word) => typeof word === "string").filter(isName);
  const verb = (await findVerb(VERBS, name)?.load())?.createCommand();
  const command = more.reduce((outer, inner) => outer?.commands.find((one) => one.name() === inner), verb);
  const known = command?.options.map(({ long, short, required }) => ({ names: [long, short], required }));
  const names = words.filter((word) => typeof word !== "string" && !("flag" in word));
  expect(command?.registeredArguments.length).toBeGreaterThanOrEqual(names.length);
  for (const { flag, takesValue } of words.flatMap(describeFlag)) {
    const option = known?.find(({ names }) => names.includes(flag));
    expect({ flag, takesValue: option?.required }).toEqual({ flag, takesValue });
  }
});

function isName(word: string): boolean {
  return !word.startsWith("-");
}

function describeFlag(word: ShellWord): { flag: string; takesValue: boolean }[] {
  if (typeof word === "string") return isName(word) ? [] : [{ flag: word, takesValue: false }];
  if (!("flag" in word)) return [];
  // A step of a warm-up is given as its option's value.
  return [{ flag: word.flag, takesValue: !("when" in word) || word.arg === "warm.kind" }];
}
