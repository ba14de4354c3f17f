import * as fc from "fast-check";
import { mutated } from "./mutate.ts";

type Change = (value: unknown) => unknown;

/** What stands in the place of another value: of another type, too large, or a name that means something to JavaScript. */
const other: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown[]>(
    null,
    true,
    0,
    -1,
    0.5,
    2 ** 53,
    -(2 ** 63),
    1e308,
    "",
    "../x",
    "\u0000",
    [],
    {},
  ),
  fc.constantFrom("__proto__", "constructor", "toString", "\ud800", "é".repeat(2000)),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Replaces, removes, repeats or adds something in a place that numbers lead to. */
const change = fc
  .tuple(
    fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
    fc.constantFrom("replace", "remove", "repeat", "add"),
    other,
    fc.string({ maxLength: 12 }),
  )
  .map(([path, kind, value, name]): Change => {
    const alter = (node: unknown, [step, ...rest]: readonly number[]): unknown => {
      if (step === undefined || typeof node !== "object" || node === null) return value;
      const entries = Object.entries(node);
      const index = step % Math.max(entries.length, 1);
      const [key, child] = entries[index] ?? [name, value];
      if (rest.length > 0 && typeof child === "object" && child !== null)
        entries[index] = [key, alter(child, rest)];
      else if (kind === "remove") entries.splice(index, 1);
      else if (kind === "add") entries.push([name, value]);
      else if (kind === "repeat") entries.splice(index, 0, [`${key}${name}`, child]);
      else entries[index] = [key, value];
      return Array.isArray(node) ? entries.map(([, item]) => item) : fromEntries(entries);
    };
    return (document) => alter(document, path);
  });

/** An own field of the name `__proto__` too, as a parser makes it. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): unknown {
  const fields = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? "null"}`);
  return JSON.parse(`{${fields.join(",")}}`);
}

/** Documents that are altered as values, as text, or both. */
export function mutatedJson(documents: readonly unknown[]): fc.Arbitrary<Buffer> {
  const seeds = documents.map((document) => Buffer.from(JSON.stringify(document)));
  const altered = fc
    .tuple(fc.constantFrom(...documents), fc.array(change, { maxLength: 4 }))
    .map(([document, changes]) =>
      Buffer.from(JSON.stringify(changes.reduce((value, alter) => alter(value), document))),
    );
  return fc.oneof({ weight: 3, arbitrary: altered }, { weight: 2, arbitrary: mutated(seeds) });
}
