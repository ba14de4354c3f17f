import { findNearest } from "../errors/near-names.ts";

export type Path = readonly PropertyKey[];

/** What is wrong with a field, as the end of a sentence that begins with its name. */
export interface FieldIssue {
  readonly path: string;
  readonly message: string;
}

/** How the issues of a value are said, in the words of the format that it was written in. */
export interface IssueWords {
  /** What zod's types are called. */
  readonly types: Readonly<Record<string, string>>;
  /** What lists of some types are called; others are `types.array`. */
  readonly lists: Readonly<Record<string, string>>;
  /** The name of a field. */
  readonly nameOf: (path: Path) => string;
  /** What is said of fields at `path` that are not among the known ones. */
  readonly unknown: (path: Path, names: readonly string[], known: readonly string[]) => FieldIssue[];
}

const NUMBERS = { int: "a whole number", number: "a number", boolean: "true or false", array: "a list" };

/** Of requests, which are JSON. */
export const JSON_WORDS: IssueWords = {
  types: { ...NUMBERS, string: "text", object: "an object", record: "an object" },
  lists: {},
  nameOf: (path) => path.join("."),
  unknown(path, names) {
    const shown = names.slice(0, 5).join(", ");
    const message = path.length === 0 ? `there is no field ${shown} here` : `has no field ${shown}`;
    return [{ path: this.nameOf(path), message }];
  },
};

/** A bare key, or one in quotes. */
function writeTomlKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}

/** Of files in TOML. */
export const TOML_WORDS: IssueWords = {
  types: { ...NUMBERS, string: "a string", object: "a table", record: "a table" },
  lists: { string: "a list of strings", object: "a list of tables" },
  nameOf: (path) =>
    path
      .map((step) => (typeof step === "number" ? `[${step}]` : `.${writeTomlKey(String(step))}`))
      .join("")
      .replace(/^\./, ""),
  unknown(path, names, known) {
    return names.map((name) => {
      const near = findNearest(name, known);
      const suggestion = near === undefined ? "" : `: did you mean ${near}?`;
      const message = `is not known${suggestion} (known: ${known.toSorted().join(", ")})`;
      return { path: this.nameOf([...path, name]), message };
    });
  },
};
