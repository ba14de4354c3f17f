import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";

/** What browsers give that the client uses, under the names that they have there. */
const GLOBALS = {
  AbortController,
  AbortSignal,
  DOMException,
  Headers,
  ReadableStream,
  Response,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
  Uint8Array,
  atob,
  btoa,
  clearTimeout,
  crypto,
  fetch,
  setTimeout,
};

/**
 * Runs what a module's default function does as a page has it: bundled for browsers into one script, in a realm that has
 * nothing of Node. Fails where the bundle needs what a browser has not.
 */
export async function runAsPage(contents: string, resolveDir: string, argument: object): Promise<unknown> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    platform: "browser",
    format: "iife",
    globalName: "page",
    write: false,
  });
  const context = createContext({ ...GLOBALS, argument });
  return await runInContext(`${outputFiles[0]?.text}\npage.default(argument);`, context);
}
