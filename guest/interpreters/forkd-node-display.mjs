// Results of a call as they come: those that the code displays, and its value when that says how it is displayed.

import util from "node:util";
import { asJson, clip } from "./forkd-node-answer.mjs";
import { sendFrame } from "./forkd-node-frames.mjs";

/** As in other notebooks for JavaScript: a method that gives content by MIME type. */
const DISPLAY = Symbol.for("Jupyter.display");
const MAX_RESULTS = 32;
const MAX_FORMAT_BYTES = 4 * 1024 * 1024;
const MAX_CALL_BYTES = 8 * 1024 * 1024;

/** The names that the formats have in a result; all others are told by their own type. */
const NAMES = {
  "text/plain": "text",
  "text/html": "html",
  "text/markdown": "markdown",
  "image/svg+xml": "svg",
  "image/png": "png",
  "image/jpeg": "jpeg",
  "application/pdf": "pdf",
  "text/latex": "latex",
  "application/json": "json",
  "application/javascript": "javascript",
};

const left = { results: 0, bytes: 0, cut: false };

export function beginResults() {
  Object.assign(left, { results: MAX_RESULTS, bytes: MAX_CALL_BYTES, cut: false });
}

/** Whether a result of this call was left out. */
export const wereResultsCut = () => left.cut;

function encodeContent(mime, content) {
  if (content instanceof Uint8Array) return Buffer.from(content).toString("base64");
  if (mime === "application/json" || mime.endsWith("+json")) return JSON.stringify(content);
  return String(content);
}

function showBundle(bundle, main) {
  const [formats, extra] = [{}, {}];
  let [truncated, bytes] = [false, 0];
  for (const [mime, content] of Object.entries(bundle)) {
    if (content === undefined || content === null) continue;
    const text = mime === "text/plain" ? clip(String(content)).text : encodeContent(mime, content);
    const size = Buffer.byteLength(text);
    if (size > MAX_FORMAT_BYTES) truncated = true;
    else if (Object.hasOwn(NAMES, mime)) formats[NAMES[mime]] = text;
    else extra[mime.slice(0, 128)] = text;
    if (size <= MAX_FORMAT_BYTES) bytes += size;
  }
  left.results -= 1;
  left.bytes -= bytes;
  if (left.results < 0 || left.bytes < 0) left.cut = true;
  else sendFrame({ op: "display", main, formats, extra, truncated });
}

/** Whether a value says how it is displayed. */
export const isDisplayable = (value) => {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return isObject && typeof value[DISPLAY] === "function";
};

const bundleOf = (value) => (isDisplayable(value) ? value[DISPLAY]() : undefined);

/** The value of a call that says how it is displayed. */
export async function showValue(value) {
  const bundle = await bundleOf(value);
  showBundle({ "text/plain": util.inspect(value), ...bundle }, true);
}

/** Shows a value as a result of this call. With `raw` it is an object of contents by MIME type. */
export function display(value, { raw = false } = {}) {
  if (raw) return showBundle(value, false);
  const show = (bundle) => showBundle({ "text/plain": util.inspect(value), ...bundle }, false);
  const bundle = bundleOf(value);
  if (bundle instanceof Promise) return bundle.then(show);
  const json = bundle === undefined ? asJson(value) : null;
  return show(bundle ?? (json === null ? {} : { "application/json": JSON.parse(json) }));
}
