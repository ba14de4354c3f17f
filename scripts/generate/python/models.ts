import { reachableIds } from "../json-schema.ts";
import { inlineObjects, listShapes, nameOfPart, pythonName } from "./shapes.ts";
import type { Named, Shape } from "./shapes.ts";
import { PYTHON_HEADER, isKeyword, renderDocstring } from "./text.ts";
import { renderPythonType } from "./types.ts";
import { referencedId } from "../json-schema.ts";
import type { JsonSchema } from "../json-schema.ts";

const CONTAINERS = { list: "list", record: "dict" };

const HEAD = `${PYTHON_HEADER}"""What the daemon answers with. A field that an answer leaves out is None."""

from __future__ import annotations

from typing import Any, Literal

from .wire import Model

`;

/** Classes for all that the daemon answers with. */
export function renderPythonModels(roots: readonly JsonSchema[], named: Named): string {
  const ids = new Set<string>();
  for (const root of roots) reachableIds(root, named, ids);
  const shapes = [...ids].toSorted().flatMap((id) => listShapes(pythonName(id), named.get(id) ?? {}, named));
  return HEAD + shapes.map(renderClass).join("");
}

function renderClass({ name, description, fields }: Shape): string {
  const attributes = fields
    .filter((field) => !isKeyword(field.name))
    .map(({ name: field, schema, isRequired }) => {
      const type = renderPythonType(schema, nameOfPart(name, field), CONTAINERS);
      const absent = isRequired || type === "Any" || type.endsWith("None") ? "" : " | None";
      const doc = schema.description === undefined ? "" : renderDocstring(schema.description, "    ");
      return `    ${field}: ${type}${absent}\n${doc}`;
    });
  const parts = fields.flatMap(({ name: field, schema }) => {
    const part = partOf(schema, nameOfPart(name, field));
    return part === undefined ? [] : [`"${field}": "${part}"`];
  });
  const names = fields.map(({ name: field }) => `"${field}"`).join(", ");
  return [
    `\nclass ${name}(Model):\n`,
    description === undefined ? "" : renderDocstring(description, "    "),
    description === undefined ? "" : "\n",
    ...attributes,
    `\n    _names = frozenset([${names}])\n`,
    parts.length === 0 ? "" : `    _parts = {${parts.join(", ")}}\n`,
    "\n",
  ].join("");
}

/** The class of what a field holds, if it is one. */
function partOf(schema: JsonSchema, inlineName: string): string | undefined {
  if (schema.$ref !== undefined) return pythonName(referencedId(schema.$ref));
  if (schema.items !== undefined) return partOf(schema.items, inlineName);
  if (inlineObjects(schema).length > 0) return inlineName;
  const parts = (schema.anyOf ?? schema.oneOf ?? []).flatMap((each) => partOf(each, inlineName) ?? []);
  return parts[0];
}
