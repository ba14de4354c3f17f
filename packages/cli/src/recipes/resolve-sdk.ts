import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";

/** Of an installed package, Node takes no TypeScript. */
const INSTALLED_SOURCE = /^file:.*\/node_modules\/.*\.ts$/;

/** Has a program, wherever it is, import the SDK of this installation, and be TypeScript. */
registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith("@forkd/sdk")) return next(specifier, context);
    return next(specifier, { ...context, parentURL: import.meta.url });
  },
  load(url, context, next) {
    if (!INSTALLED_SOURCE.test(url)) return next(url, context);
    const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), "utf8"));
    return { format: "module", source, shortCircuit: true };
  },
});
