// How a value or an error is told: text within the limit, JSON where it is plain, the user's own stack.

import util from "node:util";

const MAX_TEXT_BYTES = 1024 * 1024;
const OWN_FRAME = /node:inspector|node:vm|node\.mjs|forkd-node-\w+\.mjs/;

export function clip(text) {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_TEXT_BYTES) return { text: bytes.toString(), cut: false };
  let end = MAX_TEXT_BYTES;
  while ((bytes[end] & 0xc0) === 0x80) end -= 1;
  return { text: bytes.toString("utf8", 0, end), cut: true };
}

function isPlain(value) {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null)
    return typeof value === "string" || typeof value === "boolean" || value === null;
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The value as JSON text, or null when it is not plainly JSON. */
export function asJson(value) {
  try {
    const text = JSON.stringify(value, (_key, item) => {
      if (item !== undefined && !isPlain(item)) throw new TypeError("not JSON");
      return item;
    });
    return text !== undefined && Buffer.byteLength(text) <= MAX_TEXT_BYTES ? text : null;
  } catch {
    return null;
  }
}

export function describeValue(value) {
  if (value === undefined) return {};
  const { text, cut } = clip(util.inspect(value));
  return { result: text, result_json: cut ? null : asJson(value), truncated: cut };
}

function describeError(error, where = "") {
  const isError = util.types.isNativeError(error);
  const name = isError ? String(error.name) : "Error";
  const ofError = isError && error.message ? `${name}: ${error.message}` : name;
  const summary = clip(isError ? ofError : `Uncaught ${util.inspect(error)}`);
  const lines = isError ? String(error.stack).split("\n") : [summary.text];
  const firstOwn = lines.findIndex((line) => line.startsWith("    at ") && OWN_FRAME.test(line));
  const traceback = clip(
    [...(firstOwn < 0 ? lines : lines.slice(0, firstOwn)), ...(where ? [where] : [])].join("\n"),
  );
  return {
    error: summary.text,
    error_name: name,
    traceback: traceback.text,
    truncated: summary.cut || traceback.cut,
  };
}

export function describeFailure(failure, where) {
  try {
    return describeError(failure, where);
  } catch {
    return { error: "Error: it cannot be shown", error_name: "Error", traceback: null };
  }
}
