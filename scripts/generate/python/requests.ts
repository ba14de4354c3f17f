import { reachableIds } from "../json-schema.ts";
import type { JsonSchema } from "../json-schema.ts";
import { fieldsOf, listShapes, nameOfPart, pythonName } from "./shapes.ts";
import type { Named, Shape } from "./shapes.ts";
import { PYTHON_HEADER, isKeyword, renderDocstring } from "./text.ts";
import { renderPythonType } from "./types.ts";

const CONTAINERS = { list: "Sequence", record: "Mapping" };

const HEAD = `${PYTHON_HEADER}"""What the daemon is asked with: the keyword arguments of methods. Only for type checkers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

`;

/** Types of all that the daemon is sent: bodies under the names of their schemas, and queries under those of operations. */
export function renderPythonRequests(
  bodies: readonly JsonSchema[],
  queries: readonly (readonly [string, JsonSchema])[],
  named: Named,
): string {
  const ids = new Set<string>();
  for (const body of bodies) reachableIds(body, named, ids);
  const entries = [...ids].toSorted().map((id) => [pythonName(id), named.get(id) ?? {}] as const);
  const all = [...entries, ...queries];
  const aliases = entries.filter(([, schema]) => fieldsOf(schema, named) === undefined);
  return (
    HEAD +
    all.flatMap(([name, schema]) => listShapes(name, schema, named)).map(renderTyped).join("") +
    aliases
      .map(([name, schema]) => `\n${name} = ${renderPythonType(schema, `${name}Fields`, CONTAINERS)}\n`)
      .join("")
  );
}

interface TypedField {
  readonly field: string;
  readonly type: string;
  readonly doc: string | undefined;
}

function renderTyped({ name, description, fields }: Shape): string {
  const typed = fields.map(({ name: field, schema, isRequired }) => {
    const type = renderPythonType(schema, nameOfPart(name, field), CONTAINERS);
    return { field, type: isRequired ? `Required[${type}]` : type, doc: schema.description, isRequired };
  });
  if (fields.some(({ name: field }) => isKeyword(field))) {
    const items = typed.map(({ field, type }) => `"${field}": ${type}`).join(", ");
    return `\n${name} = TypedDict("${name}", {${items}}, total=False)\n`;
  }
  const required = typed.filter(({ isRequired }) => isRequired);
  const optional = typed.filter(({ isRequired }) => !isRequired);
  if (required.length === 0 || optional.length === 0) return renderTypedClass(name, "TypedDict", typed, description);
  const options = optionsName(name);
  const what = `What may be said besides: ${name}.`;
  return renderTypedClass(options, "TypedDict", optional, what) + renderTypedClass(name, options, required, description);
}

/** Methods take what must be said by place, and the rest as keyword arguments. */
function optionsName(name: string): string {
  return `${name.replace(/(?:Request|Query)$/, "")}Options`;
}

function renderTypedClass(
  name: string,
  parent: string,
  fields: readonly TypedField[],
  description: string | undefined,
): string {
  const members = fields.map(
    ({ field, type, doc }) => `    ${field}: ${type}\n${doc === undefined ? "" : renderDocstring(doc, "    ")}`,
  );
  const body = [description === undefined ? "" : `${renderDocstring(description, "    ")}\n`, ...members].join("");
  return `\nclass ${name}(${parent}, total=False):\n${body === "" ? "    pass\n" : body}\n`;
}
