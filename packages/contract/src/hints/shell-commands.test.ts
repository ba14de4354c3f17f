import { expect, test } from "vitest";
import { z } from "zod";
import { ROUTES } from "../routes.ts";
import type { Route } from "../routes/route.ts";
import { SHELL_COMMANDS } from "./shell-commands.ts";
import type { HintOperation, ShellWord } from "./shell-commands.ts";

test.each(Object.entries<readonly ShellWord[]>(SHELL_COMMANDS))(
  "%s is an operation, and its command's arguments are fields of it",
  (operation, words) => {
    const fields = listFields(ROUTES[operation as HintOperation]);
    const args = words.flatMap((word) => (typeof word === "string" ? [] : [word.arg.replace(/\..*/, "")]));
    const unknown = args.filter((arg) => !fields.has(arg));
    expect(unknown).toEqual([]);
  },
);

function listFields({ params, query, body }: Route): Set<string> {
  const shapes = [params, query, body].filter((schema) => schema instanceof z.ZodObject);
  return new Set(shapes.flatMap(({ shape }) => Object.keys(shape)));
}
