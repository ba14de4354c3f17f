import { usageError } from "../cli-error.ts";
import type { CliError } from "../cli-error.ts";

/** Reads the fields of one TOML table, and remembers which, so that unknown ones can be refused. */
export class TableReader {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #file: string;
  readonly #prefix: string;
  readonly #known = new Set<string>();

  constructor(value: unknown, file: string, prefix: string) {
    this.#file = file;
    this.#prefix = prefix;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.#fields = {};
      throw this.problem("must be a table");
    }
    this.#fields = value as Record<string, unknown>;
  }

  problem(what: string, field = ""): CliError {
    const place = [this.#prefix, field].filter((part) => part !== "").join(".");
    return usageError(
      `${this.#file}: ${place === "" ? "" : `${place} `}${what}`,
      "see docs/reference/cli.md, recipes",
    );
  }

  string(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === "string") return value;
    throw this.problem("must be a string", name);
  }

  number(name: string): number | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === "number") return value;
    throw this.problem("must be a number", name);
  }

  strings(name: string): readonly string[] | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    throw this.problem("must be a list of strings", name);
  }

  stringMap(name: string): Readonly<Record<string, string>> | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      const entries = Object.entries(value);
      if (entries.every(([, item]) => typeof item === "string")) return Object.fromEntries(entries);
    }
    throw this.problem("must be a table of strings", name);
  }

  /** The table of a name; an empty one when it is absent. */
  table(name: string): TableReader {
    return new TableReader(this.#take(name) ?? {}, this.#file, this.#path(name));
  }

  tables(name: string): readonly TableReader[] {
    const value = this.#take(name) ?? [];
    if (!Array.isArray(value)) throw this.problem("must be a list of tables", name);
    return value.map((item, i) => new TableReader(item, this.#file, `${this.#path(name)}[${i}]`));
  }

  required<T>(name: string, value: T | undefined): T {
    if (value === undefined) throw this.problem("is missing", name);
    return value;
  }

  /** Throws when the table has a field that nobody asked for. */
  refuseUnknown(): void {
    const unknown = Object.keys(this.#fields).filter((name) => !this.#known.has(name));
    if (unknown.length === 0) return;
    throw this.problem(`is not known (known: ${[...this.#known].toSorted().join(", ")})`, unknown[0]);
  }

  #take(name: string): unknown {
    this.#known.add(name);
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  #path(name: string): string {
    return this.#prefix === "" ? name : `${this.#prefix}.${name}`;
  }
}
