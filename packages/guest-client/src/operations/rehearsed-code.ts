import type { Evaluation, WarmLanguage } from "@forkd/core";

export type Language = WarmLanguage;
type Code = Pick<Evaluation, "code" | "mode">;

/** `_forkd_rehearsal` is there only while it runs, and what it prints goes into the reply. */
const PYTHON_STATEMENTS = `
def _forkd_rehearsal(count=3, *more, **named):
    import os, sys
    text, number, found = "a,b", 0, {}
    for item in range(count):
        if item % 2 == 0 and item not in found:
            number += item * 2
        elif not more:
            found[item] = [str(item), float(item) / 3, -item // 2]
    while number > 0:
        number -= 1
        if number == 1:
            break
    try:
        {}["missing"]
    except (KeyError, IndexError) as error:
        found["error"] = repr(error)
    with open(os.devnull) as empty:
        found["read"] = empty.read()
    class Pair:
        def __init__(self, left, right):
            self.left, self.right = left, right
    pair = Pair(sorted({3, 1, 2}, key=lambda value: -value), (1, 2.5, None))
    first, *rest = [value ** 2 for value in pair.left if value > 1]
    named.update({key: value for key, value in zip(text.split(","), rest)})
    for assignment in b"FORKD_REHEARSAL=1\\0FORKD_REHEARSAL=2".split(b"\\0"):
        name, _, value = assignment.partition(b"=")
        os.putenv(name, value)
    os.unsetenv(name)
    print(f"{first:>4} {text!r} {sum(value for value in pair.left):.2f}", "%s" % number, sep="|")
    print("rehearsed", file=sys.stderr)
    return {"text": text.upper(), "pair": pair.left[::-1], "found": found, "named": named, "true": not number}

try:
    _forkd_rehearsal(4, a=1)
finally:
    del _forkd_rehearsal
`;

const NODE_STATEMENTS = `
(() => {
  const util = require("node:util");
  class Pair {
    constructor(left, right) {
      Object.assign(this, { left, right });
    }
  }
  const text = "a,b", found = new Map();
  let number = 0;
  for (let i = 0; i < 4; i += 1) number += i % 2 === 0 ? i * 2 : i / 3;
  while (number > 1) number -= 1;
  try {
    null.missing;
  } catch (error) {
    found.set("error", String(error));
  }
  const { left, right } = new Pair([3, 1, 2].sort((a, b) => a - b), { a: 1, ...{ b: 2.5 } });
  for (const [at, item] of left.entries()) found.set(at, item ** 2);
  process.env.FORKD_REHEARSAL = "1";
  delete process.env.FORKD_REHEARSAL;
  console.log(\`\${number} \${util.inspect(right)}\`, text.split(",").map((item) => item.toUpperCase()));
  console.error("rehearsed");
  return { text, left, right, found: Object.fromEntries(found), none: null, true: left.length > 0 };
})()
`;

/** The cheapest call, often enough for what is slow at first only. */
const CHEAP: Code[] = Array.from({ length: 3 }, () => ({ code: "1 + 1", mode: "eval" }));

/** Code of the usual shapes, which leaves no name behind in the user's namespace. */
export const REHEARSED_CODE: Record<Language, readonly Code[]> = {
  python: [
    { code: "1 + 1", mode: "auto" },
    { code: `${PYTHON_STATEMENTS}[len("text"), 2.5, {"a": [True, None, "b"]}]`, mode: "auto" },
    { code: "print(len('text'))", mode: "run" },
    { code: "'text'.upper()", mode: "eval" },
    { code: "[1, 2.5, 'text']", mode: "eval" },
    { code: "0.1 + 0.2", mode: "eval" },
    { code: "forkd_rehearsal.is_missing", mode: "eval" },
    ...CHEAP,
  ],
  node: [
    { code: "1 + 1", mode: "auto" },
    { code: NODE_STATEMENTS, mode: "auto" },
    { code: "for (const item of [1, 2]) console.log(item)", mode: "run" },
    { code: "'text'.toUpperCase()", mode: "eval" },
    { code: "[1, 2.5, 'text']", mode: "eval" },
    { code: "forkdRehearsal.isMissing", mode: "eval" },
    ...CHEAP,
  ],
};
