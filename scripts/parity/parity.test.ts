import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { TOOLS } from "@forkd/mcp";
import { ROUTES } from "@forkd/contract";
import { expect, test } from "vitest";
import { PYTHON, readCalls, TYPESCRIPT } from "./read-calls.ts";
import { readClients } from "./read-clients.ts";
import { OTHER_TOOLS, OTHER_VERBS, ROWS } from "./rows.ts";
import type { Doers } from "./rows.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const operations = Object.keys(ROUTES);
const namesOf = (doers: Doers): readonly string[] => ("none" in doers ? [] : doers);

test("the TypeScript and the Python client have every operation", () => {
  const { typescript, python } = readClients();
  expect(operations.filter((operation) => !typescript.has(operation))).toEqual([]);
  expect(operations.filter((operation) => !python.has(operation))).toEqual([]);
});

test("the verbs of the table are there, and each verb that is there is in it or says what for", () => {
  const helps = readFileSync(join(ROOT, "packages/cli/src/help/helps.gen.json"), "utf8");
  const verbs = Object.keys(JSON.parse(helps) as object);
  const told = Object.values(ROWS).flatMap(({ cli }) => namesOf(cli));
  expect(told.filter((verb) => !verbs.includes(verb))).toEqual([]);
  const known = new Set([...told, ...Object.keys(OTHER_VERBS)].map((verb) => verb.split(" ")[0]));
  expect(verbs.filter((verb) => !known.has(verb.split(" ")[0]))).toEqual([]);
  expect(Object.keys(OTHER_VERBS).filter((verb) => !verbs.includes(verb))).toEqual([]);
});

test("the tools of the table are there, and each tool that is there is in it or says what for", () => {
  const tools = TOOLS.map(({ name }) => name);
  const told = Object.values(ROWS).flatMap(({ mcp }) => namesOf(mcp));
  expect([...new Set([...told, ...Object.keys(OTHER_TOOLS)])].toSorted()).toEqual(tools.toSorted());
});

test("an operation is found that a method makes by a private one of its class", () => {
  const typescript = `export class Files {
  async stream(path: string) {
    return this.#ask("readFile");
  }
  chmod(path: string) {
    return this.#update({ path });
  }
  async #update(body: object) {
    await this.#ask("updateFile", body);
  }
}`;
  const python = `class AsyncFiles:
    async def chmod(self, path: str) -> None:
        await self._update(path=path)

    async def _update(self, **body: str) -> None:
        await self._connection.ask("updateFile", body=body)
`;
  const places = { Files: "sandbox.files" };
  const known = new Set(["readFile", "updateFile"]);
  expect(readCalls([typescript], TYPESCRIPT, places, known)).toEqual(
    new Map([
      ["readFile", ["sandbox.files.stream"]],
      ["updateFile", ["sandbox.files.chmod"]],
    ]),
  );
  expect(readCalls([python], PYTHON, places, known)).toEqual(
    new Map([["updateFile", ["sandbox.files.chmod"]]]),
  );
});
