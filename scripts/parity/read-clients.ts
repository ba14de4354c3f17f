import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ROUTES } from "@forkd/contract";
import { PYTHON, readCalls, TYPESCRIPT } from "./read-calls.ts";
import type { Calls } from "./read-calls.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** How an object of each class of the clients is reached. */
const PLACES = {
  Contexts: "sandbox.contexts",
  Events: "forkd.events",
  Files: "sandbox.files",
  Forkd: "forkd",
  Guest: "sandbox",
  Images: "forkd.images",
  Jobs: "forkd.jobs",
  NetworkNamespaces: "forkd.netns",
  Ports: "sandbox.ports",
  Sandbox: "sandbox",
  Sandboxes: "forkd.sandboxes",
  Snapshots: "forkd.snapshots",
  Tokens: "forkd.tokens",
  Audit: "forkd.audit",
  Webhooks: "forkd.webhooks",
  Tenants: "forkd.tenants",
  Workspaces: "forkd.workspaces",
};

/** What the clients call, by their sources. */
export function readClients(): { readonly typescript: Calls; readonly python: Calls } {
  const operations = new Set(Object.keys(ROUTES));
  const typescript = readModules("packages/sdk/src", (name) =>
    /^[\w-]+(\/[\w-]+)?(?<!\.test)\.ts$/.test(name),
  );
  const python = readModules("python/forkd/src/forkd/_async", (name) => name.endsWith(".py"));
  return {
    typescript: readCalls(typescript, TYPESCRIPT, PLACES, operations),
    python: readCalls(python, PYTHON, PLACES, operations),
  };
}

function readModules(directory: string, isWanted: (name: string) => boolean): string[] {
  const place = join(ROOT, directory);
  const names = readdirSync(place, { recursive: true, encoding: "utf8" }).filter(isWanted).toSorted();
  return names.map((name) => readFileSync(join(place, name), "utf8"));
}
