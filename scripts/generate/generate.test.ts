import { execFile } from "node:child_process";
import { access, appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ERRORS } from "@forkd/contract";
import type { Hint } from "@forkd/contract";
import { expect, test } from "vitest";
import { toSurfaceName } from "./names.ts";
import { opaqueNames } from "./opaque-names.ts";
import { renderSentence } from "./sentence.ts";
import { renderType } from "./typescript.ts";

const PROGRAM = resolve(import.meta.dirname, "../generate.ts");

function generate(...args: string[]): Promise<{ status: number; stderr: string }> {
  return new Promise((settle) => {
    execFile(process.execPath, [PROGRAM, ...args], (error, _, stderr) => {
      settle({ status: error === null ? 0 : Number(error.code), stderr });
    });
  });
}

test("--check names the files that are stale, and only these", async () => {
  const root = await mkdtemp(join(tmpdir(), "forkd-generate-"));
  await using _ = { [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
  expect(await generate("--root", root)).toEqual({ status: 0, stderr: "" });
  expect(await generate("--root", root, "--check")).toEqual({ status: 0, stderr: "" });
  await appendFile(join(root, "docs/reference/errors.md"), "edited by hand\n");
  const stale = await generate("--root", root, "--check");
  expect(stale.status).toBe(1);
  expect(stale.stderr).toBe("stale: docs/reference/errors.md (mend: npm run generate)\n");
}, 180_000);

test("the files in the repository are not stale", async () => {
  expect(await generate("--check")).toEqual({ status: 0, stderr: "" });
}, 180_000);

test("every error has its place on the page", async () => {
  const page = await readFile(resolve(import.meta.dirname, "../../docs/reference/errors.md"), "utf8");
  expect(page).toContain("\n## snapshot_not_found\n");
  expect(page).toContain("`there is no snapshot <tag>[: that is a <is>]`");
  expect(page).not.toContain("undefined");
});

test.each(Object.entries<{ hint: (details: never) => Hint }>(ERRORS))(
  "the hint of %s has no command in its text, and names variables and pages that there are",
  async (_, { hint }) => {
    const textOf = (parts: Hint): string =>
      typeof parts === "string" ? parts : parts.filter((part) => typeof part === "string").join("");
    const text = renderSentence((details) => textOf(hint(details)));
    // An option of the daemon is one in all clients.
    expect(text.replace("--branch-concurrency", "")).not.toMatch(/\bforkd [a-z-]+\b(?!:)|--[a-z]/);
    const root = resolve(import.meta.dirname, "../..");
    const configuration = await readFile(join(root, "docs/reference/configuration.md"), "utf8");
    for (const [variable] of text.matchAll(/FORKD_\w+/g)) expect(configuration).toContain(`\`${variable}\``);
    for (const [page] of text.matchAll(/docs\/[\w/-]+\.md/g)) await access(join(root, page));
  },
);

test("a name that would not come back the same is refused", () => {
  expect(toSurfaceName("content_base64")).toBe("contentBase64");
  expect(() => toSurfaceName("sha_256")).toThrow("does not survive");
});

test("records and unknown values are data; a name cannot be both data and fields", () => {
  const record = { type: "object", additionalProperties: { type: "string" } };
  const fields = { type: "object", properties: { a: { type: "string" } } };
  expect(opaqueNames([{ properties: { env: record, any: {}, pty: fields } }])).toEqual(["any", "env"]);
  expect(() => opaqueNames([{ properties: { env: record } }, { properties: { env: fields } }])).toThrow(
    "env",
  );
});

test("nullable, optional and nested schemas become types in camel case", () => {
  const schema = {
    type: "object",
    properties: { a_b: { anyOf: [{ type: "integer" }, { type: "null" }] }, c: { enum: ["x", "y"] } },
    required: ["a_b"],
  };
  expect(renderType(schema, (id) => id).replaceAll(/\s+/g, " ")).toBe(
    '{ readonly aB: number | null; readonly c?: "x" | "y" | undefined; }',
  );
});
