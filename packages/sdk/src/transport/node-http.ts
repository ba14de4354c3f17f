import type * as Http from "node:http";
import { createRequire } from "node:module";

/** `node:http`. An import of it would have Node load all that it exports, `WebSocket` and so `fetch` too: 50 ms for nothing. */
export function nodeHttp(): typeof Http {
  // Node 20.11 has no such function yet.
  const { getBuiltinModule } = process as Partial<Pick<NodeJS.Process, "getBuiltinModule">>;
  return getBuiltinModule?.("node:http") ?? createRequire(import.meta.url)("node:http");
}
