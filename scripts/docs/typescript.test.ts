import * as sdk from "@forkd/sdk";
import { expect, test } from "vitest";
import { readBlocks } from "./blocks.ts";

/** How the page reaches an object of each class that it gives examples of. */
const PLACES: Readonly<Record<string, string>> = {
  Audit: "audit",
  Commands: "commands",
  Contexts: "contexts",
  Controller: "controller",
  Events: "events",
  Files: "files",
  Forkd: "forkd",
  Guest: "sandbox",
  Images: "images",
  Jobs: "jobs",
  NetworkNamespaces: "netns",
  Ports: "ports",
  Sandbox: "sandbox",
  SandboxProcess: "child|sleeper",
  Sandboxes: "sandboxes",
  Snapshots: "snapshots",
  Tenants: "tenants",
  Tokens: "tokens",
  Webhooks: "webhooks",
  Workspaces: "workspaces",
};
/** Not a client's: an error, and what is told of it; what moves names and bytes to and fro. */
const OTHERS = [
  "ForkdApiError",
  "assertSocketPath",
  "decodeBase64",
  "encodeBase64",
  "fromWire",
  "isForkdApiError",
  "readEnvironment",
  "renderHint",
  "toWire",
];

/** What one class of the client asks of another. */
const INNER = ["Events.lines"];

const programs = readBlocks("docs/reference/typescript.md").filter(({ language }) => language === "ts");
const text = programs.map((block) => block.text).join("\n");
const exported = Object.entries(sdk).flatMap(([name, value]) =>
  typeof value === "function" ? [{ name, methods: methodsOf(value) }] : [],
);

test("every method of the TypeScript client has an example", () => {
  const missing = exported.flatMap(({ name, methods }) => {
    const place = PLACES[name];
    const without = methods.filter((method) => !new RegExp(`\\b(?:${place})!?\\.${method}\\(`).test(text));
    return place === undefined ? [] : without.map((method) => `${name}.${method}`);
  });
  expect(missing).toEqual(INNER);
});

test("every function of the TypeScript client has an example, and every class is in the table", () => {
  const known = new Set([...Object.keys(PLACES), ...OTHERS]);
  const missing = exported.filter(({ name }) => !known.has(name) && !text.includes(`${name}(`));
  expect(missing).toEqual([]);
});

/** Those of a class; a function that is none has no prototype. */
function methodsOf(value: object): string[] {
  const { prototype = {} } = value as { readonly prototype?: object };
  const fields = Object.entries(Object.getOwnPropertyDescriptors(prototype));
  return fields.flatMap(([field, { value: method }]) =>
    field !== "constructor" && typeof method === "function" ? [field] : [],
  );
}
