import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { ARROWS, TEST_ARROWS } from "./arrows.ts";
import { findCircles } from "./find-circles.ts";
import { listSpecifiers, readSources, resolveRelative } from "./read-imports.ts";
import type { SourceFile } from "./read-imports.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PACKAGES = await readSources(ROOT, ["packages/*/{src,test}/**/*.ts"]);
const ALL = [...PACKAGES, ...(await readSources(ROOT, ["{bench,scripts,tests}/**/*.ts"]))];

const PACKAGE = /^@forkd\/([^/]+)/;
const OF_TESTS = /^(?:packages\/([^/]+)\/test|tests|bin)\//;

/** The imports of a file that lead to where its package may not. */
function findForbidden(file: SourceFile): string[] {
  const [, name = "", directory] = file.path.split("/");
  const isTest = directory === "test" || file.path.endsWith(".test.ts");
  const allowed = [name, ...(ARROWS[name] ?? []), ...(isTest ? (TEST_ARROWS[name] ?? []) : [])];
  return file.specifiers.filter((specifier) => {
    const path = resolveRelative(file, specifier);
    if (path?.startsWith(`packages/${name}/`)) return false;
    // By a path a test alone leaves its package: for the harness, or for what another package's tests have.
    const other = path === undefined ? PACKAGE.exec(specifier)?.[1] : OF_TESTS.exec(path)?.[1];
    if (path !== undefined && !(isTest && OF_TESTS.test(path))) return true;
    return other !== undefined && !allowed.includes(other);
  });
}

test("every package says what it may import", async () => {
  expect((await readdir(`${ROOT}/packages`)).toSorted()).toEqual(Object.keys(ARROWS).toSorted());
});

test("the arrows between packages go round in no circle", () => {
  expect(findCircles(new Map(Object.entries(ARROWS)))).toEqual([]);
});

test("no file imports against the arrows, not even a type", () => {
  const wrong = PACKAGES.flatMap((file) => findForbidden(file).map((other) => `${file.path} -> ${other}`));
  expect(wrong).toEqual([]);
});

test("no files import each other in a circle, not even types", () => {
  const edges = ALL.map((file) => {
    const targets = file.specifiers.map((specifier) => resolveRelative(file, specifier));
    return [file.path, targets.filter((target) => target !== undefined)] as const;
  });
  expect(edges.reduce((sum, [, targets]) => sum + targets.length, 0)).toBeGreaterThan(1000);
  expect(findCircles(new Map(edges))).toEqual([]);
});

test("circles are found by all that are in them", () => {
  const edges = { a: ["b"], b: ["c", "out"], c: ["a"], into: ["a"], self: ["self"], out: [] };
  expect(findCircles(new Map(Object.entries(edges)))).toEqual([["a", "b", "c"], ["self"]]);
});

test("every way to import is seen", () => {
  const text = [
    'import "./effect.ts";',
    'import type { A } from "./type.ts";',
    'import {\n  B,\n  C,\n} from "./lines.ts";',
    'export * from "./all.ts";',
    'export type { D } from "./re-exported.ts";',
    'const e = await import("./late.ts");',
    'export const from = "./no-import.ts";',
  ].join("\n");
  expect(listSpecifiers(text)).toEqual([
    "./effect.ts",
    "./type.ts",
    "./lines.ts",
    "./all.ts",
    "./re-exported.ts",
    "./late.ts",
  ]);
});
