/**
 * JSON with one spelling for each value: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript
 * writes them. This is RFC 8785, so equal values have equal digests.
 *
 * Object fields that are undefined are left out. Throws `TypeError` for what JSON cannot hold (NaN, bigint,
 * functions, undefined in an array, instances of classes) instead of writing something else for it.
 *
 * @example canonicalJson({ b: 1, a: [true] }) // {"a":[true],"b":1}
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  // Not map(), which would pass over the holes of a sparse array.
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(",")}]`;
  if (isPlainObject(value)) return `{${canonicalFields(value).join(",")}}`;
  throw new TypeError(`JSON cannot hold a ${typeof value === "object" ? "class instance" : typeof value}`);
}

function canonicalFields(value: Record<string, unknown>): string[] {
  return Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
