import { InvalidArgumentError } from "@commander-js/extra-typings";

/** How one object of a list is written. */
export interface Template {
  /** Throws when the object has no field of a name that the template has. */
  readonly render: (row: object) => string;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\t": "\t", "\\n": "\n" };
const PLACE = /\{\{\s*(json\s+)?\.([\w.]*)\s*\}\}/g;

/**
 * A template as docker takes it: `{{.ID}}`, `{{.Labels.team}}`, `{{json .}}`, and `json` for whole objects. Fields are those
 * of the REST API, whatever the case and without `_`.
 */
export function parseTemplate(text: string): Template {
  if (text === "json") return { render: (row) => JSON.stringify(row) };
  const whole = text.replaceAll(/\\[tn]/g, (escape) => ESCAPES[escape] ?? escape);
  if (whole.replaceAll(PLACE, "").includes("{{"))
    throw new InvalidArgumentError(
      "It must be json, or text with fields such as {{.ID}} or {{json .Labels}}.",
    );
  const render = (row: object): string =>
    whole.replaceAll(PLACE, (_, asJson: string | undefined, path: string) => {
      const value = findField(row, path);
      return asJson === undefined ? writeValue(value) : JSON.stringify(value);
    });
  return { render };
}

/** The value at a path such as `Labels.team`; the object itself for none. Throws when there is no such field. */
export function findField(row: object, path: string): unknown {
  let value: unknown = row;
  for (const name of path.split(".").filter((part) => part !== "")) value = findOwn(value, name);
  return value;
}

/** What docker's lists call fields of ours. */
const DOCKER_NAMES: Readonly<Record<string, string>> = {
  names: "name",
  image: "snapshottag",
  state: "status",
  createdat: "createdatunix",
};

const simplify = (name: string): string => name.toLowerCase().replaceAll("_", "");

function findOwn(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (Object.hasOwn(value, name)) return (value as Readonly<Record<string, unknown>>)[name];
  const wanted = simplify(name);
  const findEntry = (field: string | undefined) =>
    Object.entries(value).find(([key]) => simplify(key) === field);
  const entry = findEntry(wanted) ?? findEntry(DOCKER_NAMES[wanted]);
  if (entry !== undefined) return entry[1];
  throw new InvalidArgumentError(`There is no field ${name}; there are ${Object.keys(value).join(", ")}.`);
}

/** A value as text; what is not there is empty. */
export function writeValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
