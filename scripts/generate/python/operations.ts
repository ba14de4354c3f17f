import { DEFAULT_TIMEOUT_SECS } from "@forkd/contract";
import type { Route } from "@forkd/contract";
import { PYTHON_HEADER } from "./text.ts";

/** How each operation is sent, as data. */
export function renderPythonOperations(
  routes: readonly (readonly [string, Route])[],
  opaque: readonly string[],
  version: string,
): string {
  const rows = routes.map(
    ([name, { method, path, reply }]) => `    "${name}": ("${method}", "${path}", "${reply}"),\n`,
  );
  return [
    PYTHON_HEADER,
    `"""How each operation is sent."""\n\n`,
    `VERSION = "${version}"\n\n`,
    `# Method, path and kind of reply.\n`,
    `OPERATIONS: dict[str, tuple[str, str, str]] = {\n${rows.join("")}}\n\n`,
    `# Properties whose insides are data.\n`,
    `OPAQUE_NAMES = frozenset([${opaque.map((name) => `"${name}"`).join(", ")}])\n\n`,
    `# How long code may take unless told, in seconds.\n`,
    `DEFAULT_EVAL_TIMEOUT_SECS = ${DEFAULT_TIMEOUT_SECS.eval}\n`,
  ].join("");
}
