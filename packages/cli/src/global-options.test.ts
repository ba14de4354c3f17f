import { expect, test } from "vitest";
import { putVerbFirst } from "./global-options.ts";

test.each([
  [["ps"], ["ps"]],
  [
    ["--json", "ps", "-q"],
    ["ps", "-q", "--json"],
  ],
  [
    ["--url", "unix:/x", "--json", "exec", "web", "--", "ls", "-l"],
    ["exec", "web", "--url", "unix:/x", "--json", "--", "ls", "-l"],
  ],
  [
    ["--context=here", "image", "ls"],
    ["image", "ls", "--daemon=here"],
  ],
  [
    ["--context", "here", "eval", "1", "--context", "c"],
    ["eval", "1", "--context", "c", "--daemon", "here"],
  ],
  [
    ["--nope", "ps"],
    ["--nope", "ps"],
  ],
  [["--json"], ["--json"]],
  [["--url"], ["--url"]],
])("%j becomes %j", (typed, args) => expect(putVerbFirst(typed)).toEqual(args));
