import { ERRORS } from "@forkd/contract";
import { PYTHON_HEADER } from "./text.ts";

/** The classes that errors of a status have in common. */
const FAMILIES: Readonly<Record<number, string>> = {
  400: "BadRequestError",
  401: "AuthenticationError",
  403: "ForbiddenError",
  404: "NotFoundError",
  408: "TimedOutError",
  409: "ConflictError",
  422: "BadRequestError",
  429: "RateLimitError",
  504: "TimedOutError",
  507: "NotEnoughSpaceError",
};

/** A class for every code of the catalogue, by which callers can tell them apart. */
export function renderPythonErrors(): string {
  const codes = Object.entries<{ readonly status: number }>(ERRORS).toSorted(([a], [b]) => a.localeCompare(b, "en"));
  const classes = codes.map(([code, { status }]) => {
    return `\nclass ${className(code)}(${familyOf(status)}):\n    code = "${code}"\n\n`;
  });
  const names = codes.map(([code]) => `"${className(code)}"`);
  const families = [...new Set(codes.map(([, { status }]) => familyOf(status)))].toSorted();
  return [
    PYTHON_HEADER,
    `"""One class for each error code of the daemon: docs/reference/errors.md says what they mean."""\n\n`,
    `from .base import (\n${families.map((family) => `    ${family},\n`).join("")})\n\n`,
    ...classes,
    `\n__all__ = [\n${names.map((name) => `    ${name},\n`).join("")}]\n`,
  ].join("");
}

function familyOf(status: number): string {
  return FAMILIES[status] ?? (status >= 500 ? "DaemonError" : "ForkdError");
}

/** `snapshot_not_found` as `SnapshotNotFoundError`. */
function className(code: string): string {
  const words = code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return `${words}Error`;
}
