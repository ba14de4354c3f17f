// The user's code as V8's REPL mode takes it.

import { builtinModules } from "node:module";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

const isScript = (code) => {
  try {
    return Boolean(new vm.Script(code));
  } catch {
    return false;
  }
};

/** Code that the REPL mode takes as it is meant. */
export function prepare(code, mode, name) {
  const source = redirectImports(code);
  const wrapped = `(${source}\n)`;
  if (mode === "eval") {
    // Throws when it is more than one expression.
    void new vm.Script(`async () => ${wrapped}`, { filename: name });
    return wrapped;
  }
  // Braces at the start are an object rather than a block when they can be.
  const isObject = mode === "auto" && /^\s*\{/.test(source) && !/;\s*$/.test(source) && isScript(wrapped);
  return isObject ? wrapped : source;
}

const IMPORTS =
  /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\/.*|\/\*[^]*?\*\/|(?<![.\w$])import(?=\s*\()/g;

/** Scripts of the inspector have no `import()`, so ours stands in for it. */
function redirectImports(code) {
  if (!code.includes("import")) return code;
  return code.replace(IMPORTS, (found) =>
    found === "import" ? `globalThis[Symbol.for("forkd.interpreter")].import` : found,
  );
}

/** `import()` from the working directory, as `require` does. */
export const importFrom = async (specifier) => {
  const name = String(specifier);
  if (builtinModules.includes(name) || /^(node|data|file):/.test(name)) return import(name);
  return import(pathToFileURL(globalThis.require.resolve(name)).href);
};
